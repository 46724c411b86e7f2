"""Taking a merge back: both as before, and what was done since kept sensibly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, email, logged
from tests.customers.customer_state import state_of

from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.closing import close_customer
from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.customers.domain.contact import may_contact
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import ChangedMeanwhile
from guanxi.customers.domain.identity_changes import add_identity, remove_identity
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.domain.lookup import find_by_identity, identities_of
from guanxi.customers.domain.memberships import add_member
from guanxi.customers.domain.merge_fields import GROUPS
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.search import token_numbers
from guanxi.customers.domain.unmerging import merges_of, unmerge_customers
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.errors import NotFound, Refused
from guanxi.ids import new_id
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.models import Touchpoint

LATER = NOW + timedelta(days=1)

names = st.sampled_from(["张三", "欧阳娜娜", "Ann Lee", "Smith, John", "佐藤健", "O'Neil"])
texts = st.none() | st.sampled_from(["York", "北京", "Leeds", 'a "b" \\c'])
people = st.fixed_dictionaries(
    {
        "name": names,
        "city": texts,
        "note": texts,
        "postcode": texts,
        "language": st.sampled_from([None, "zh", "en-GB"]),
        "birthday": st.none() | st.dates(NOW.date() - timedelta(days=30_000), NOW.date()),
        "tags": st.lists(st.sampled_from(["a", "b", "vip", "重要"]), max_size=3).map(tuple),
        "invented": st.booleans(),
    }
)
histories = st.fixed_dictionaries(
    {
        "identities": st.integers(0, 3),
        "touchpoints": st.integers(0, 3),
        "rewards": st.integers(0, 2),
        "organisations": st.lists(st.integers(0, 2), unique=True, max_size=3),
        "consents": st.lists(
            st.tuples(st.sampled_from(["email", "any"]), st.booleans(), st.integers(1, 48)),
            max_size=3,
        ),
        "closed": st.booleans(),
    }
)
lives = st.tuples(people, histories)
Life = tuple[dict[str, Any], dict[str, Any]]
choice_sets = st.dictionaries(st.sampled_from(sorted(GROUPS)), st.sampled_from(["kept", "merged"]))


def live(
    tx: Session, person: dict[str, Any], past: dict[str, Any], organisations: list[UUID]
) -> UUID:
    """Create a customer with a history and return the id."""
    identities = tuple(email(f"{new_id()}@example.com") for _ in range(past["identities"]))
    made = create_customer(tx, CustomerDraft(**person, identities=identities), now=NOW).id
    for _ in range(past["touchpoints"]):
        record(tx, Draft(channel="phone", kind="call", occurred_at=NOW, customer_id=made), now=NOW)
    for number in range(past["rewards"]):
        draft = RewardDraft(
            customer_id=made,
            kind="points",
            reason="R",
            source=str(made),
            idempotency_key=str(number),
        )
        request(tx, draft, now=NOW)
    for number in past["organisations"]:
        add_member(tx, made, organisations[number], "Buyer", now=NOW)
    for channel, given_, hours in past["consents"]:
        decision = Decision(channel, "marketing", given=given_)
        record_consent(tx, made, [decision], now=NOW - timedelta(hours=hours))
    if past["closed"]:
        close_customer(tx, made, "Asked for it", now=NOW)
    return made


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lives, lives, choice_sets)
def test_a_merge_taken_back_leaves_both_as_they_were(
    write: Write, database: Database, kept_life: Life, merged_life: Life, choices: dict[str, str]
) -> None:
    with write() as tx:
        acmes = [
            create_customer(tx, CustomerDraft(kind="organisation", name=f"Acme {i}"), now=NOW).id
            for i in range(3)
        ]
        kept = live(tx, *kept_life, acmes)
        merged = live(tx, *merged_life, acmes)
    with database.read() as reading:
        before = state_of(reading, [kept, merged, *acmes])

    with write() as tx:
        merge_id = merge_customers(tx, kept, merged, choices, now=NOW).id
    with database.read() as reading:
        assert state_of(reading, [merged])["touchpoints.customer_id"] == []
    with write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    with database.read() as reading:
        assert state_of(reading, [kept, merged, *acmes]) == before


@pytest.fixture
def merge(make: Make, write: Write) -> Callable[..., tuple[UUID, UUID, UUID]]:
    """``kept, merged, merge_id = merge(city="York")`` merges two, the second with these fields."""

    def merging(**more: Any) -> tuple[UUID, UUID, UUID]:
        kept, merged = make("Ann"), make("Anne", email="anne@example.com", **more)
        with write() as tx:
            return kept, merged, merge_customers(tx, kept, merged, now=NOW).id

    return merging


Merge = Callable[..., tuple[UUID, UUID, UUID]]


def test_a_field_changed_since_the_merge_stays_as_it_is(
    merge: Merge, write: Write, session: Session
) -> None:
    kept, merged, merge_id = merge(city="York", postcode="YO1", tags=("a",))
    with write() as tx:
        change_customer(tx, kept, {"city": "Hull", "tags": ["a", "new"]}, now=LATER)

    with write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    one, other = session.get_one(Customer, kept), session.get_one(Customer, merged)
    assert (one.city, one.postcode, one.tags) == ("Hull", None, ["new"])
    assert (other.city, other.postcode, other.tags) == ("York", "YO1", ["a"])
    assert other.merged_into is None


def test_what_came_since_the_merge_stays_with_the_kept_customer(
    merge: Merge, write: Write, session: Session
) -> None:
    kept, merged, merge_id = merge()
    phone = read_identity("phone", "+442079460018")
    with write() as tx:
        draft = Draft(channel="phone", kind="call", occurred_at=NOW, customer_id=merged)
        later_call = record(tx, draft, now=LATER).id
        add_identity(tx, kept, phone, now=LATER)

    with write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    owner = session.scalar(select(Touchpoint.customer_id).where(Touchpoint.id == later_call))
    assert owner == kept
    assert find_by_identity(session, "phone", "", phone.value) == kept
    assert find_by_identity(session, "email", "", "anne@example.com") == merged


def test_an_identity_removed_since_the_merge_stays_removed(
    merge: Merge, write: Write, session: Session
) -> None:
    kept, merged, merge_id = merge()
    (row,) = identities_of(session, [kept])[kept]
    with write() as tx:
        remove_identity(tx, kept, row.id, now=LATER)

    with write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    assert find_by_identity(session, "email", "", "anne@example.com") is None
    assert session.get_one(Customer, merged).merged_into is None


def test_a_withdrawal_or_closing_since_the_merge_holds_for_both(
    merge: Merge, write: Write, session: Session
) -> None:
    kept, merged, merge_id = merge()
    with write() as tx:
        record_consent(tx, kept, [Decision("sms", "service", given=False)], now=LATER)
        close_customer(tx, kept, "Asked for it", now=LATER)

    with write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    assert may_contact(session, merged, "sms", "service").reason == "withdrawn"
    assert may_contact(session, kept, "sms", "service").reason == "withdrawn"
    assert session.get_one(Customer, merged).status == "closed"


def test_an_earlier_merge_can_be_taken_back_while_a_later_one_stands(
    make: Make, write: Write, session: Session
) -> None:
    kept = make("Ann")
    first, second = make("Anne", email="1@example.com"), make("Anna", email="2@example.com")
    with write() as tx:
        first_merge = merge_customers(tx, kept, first, now=NOW).id
        second_merge = merge_customers(tx, kept, second, now=LATER).id

    with write() as tx:
        unmerge_customers(tx, first_merge, now=LATER)

    assert find_by_identity(session, "email", "", "1@example.com") == first
    assert find_by_identity(session, "email", "", "2@example.com") == kept
    assert [one.id for one in merges_of(session, kept)] == [second_merge]


def test_a_chain_is_taken_back_from_its_end(make: Make, write: Write, session: Session) -> None:
    a, b, c = make("A"), make("B"), make("C")
    with write() as tx:
        inner = merge_customers(tx, b, a, now=NOW).id
        outer = merge_customers(tx, c, b, now=NOW).id

    with pytest.raises(ChangedMeanwhile), write() as tx:
        unmerge_customers(tx, inner, now=LATER)
    with write() as tx:
        unmerge_customers(tx, outer, now=LATER)
        unmerge_customers(tx, inner, now=LATER)

    alive = session.scalars(select(Customer.id).where(Customer.merged_into.is_(None)))
    assert set(alive) == {a, b, c}


def test_a_merge_is_taken_back_once(merge: Merge, write: Write, session: Session) -> None:
    kept, merged, merge_id = merge()
    with write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    with pytest.raises(ChangedMeanwhile), write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)
    with pytest.raises(NotFound), write() as tx:
        unmerge_customers(tx, new_id(), now=LATER)

    assert logged(session, kept)[-1] == (
        "CustomersMerged",
        {"merged_id": str(merged), "undone": True},
    )


def test_both_are_found_again_under_their_own_names(
    merge: Merge, write: Write, session: Session
) -> None:
    kept, merged, merge_id = merge()

    with write() as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    anne = set(token_numbers(["=anne", "eanne"]))
    assert anne.isdisjoint(session.get_one(Customer, kept).search_tokens)
    assert anne <= set(session.get_one(Customer, merged).search_tokens)


def test_who_sees_the_kept_customer_may_take_out_what_was_merged_into_it(
    guarded: Database, factories: Factories, make: Make, write: Write, session: Session
) -> None:
    user = factories.user("staff")
    mine, other = make("Ann", owner_id=user), make("Anne", email="anne@example.com")
    with write() as tx:
        merge_id = merge_customers(tx, mine, other, now=NOW).id
    staff = factories.principal(user, scope="own")

    with guarded.write(staff.actor, now=LATER, principal=staff) as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    again = session.get_one(Customer, other)
    assert again.merged_into is None
    assert token_numbers(["eanne"])[0] in again.search_tokens


def test_plugins_get_back_what_their_merge_returned(make: Make, write: Write) -> None:
    given_back: list[Any] = []
    hooks = [
        Implementation("loyalty", "customer_data_merge", lambda: {"lots": [1, 2]}, ()),
        Implementation("loyalty", "customer_data_unmerge", given_back.append, ("undo",)),
        Implementation("newer", "customer_data_unmerge", given_back.append, ("undo",)),
    ]
    kept, merged = make("Ann"), make("Anne")
    with write(dispatcher=Dispatcher(hooks[:2])) as tx:
        merge_id = merge_customers(tx, kept, merged, now=NOW).id

    with write(dispatcher=Dispatcher(hooks)) as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    assert given_back == [{"lots": [1, 2]}]


def test_the_merge_stands_when_a_plugin_cannot_give_back(
    make: Make, write: Write, session: Session
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    kept, merged = make("Ann"), make("Anne")
    hooks = [
        Implementation("loyalty", "customer_data_merge", lambda: None, ()),
        Implementation("loyalty", "customer_data_unmerge", fail, ()),
    ]
    with write(dispatcher=Dispatcher(hooks)) as tx:
        merge_id = merge_customers(tx, kept, merged, now=NOW).id

    with pytest.raises(Refused), write(dispatcher=Dispatcher(hooks)) as tx:
        unmerge_customers(tx, merge_id, now=LATER)

    assert session.get_one(Customer, merged).merged_into == kept
