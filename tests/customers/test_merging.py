"""Merging two customers: what the kept one gets, what stays findable, what is refused."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, audited, logged

from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.closing import close_customer
from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.customers.domain.contact import may_contact
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.faults import InvalidCustomer, NoSuchCustomer
from guanxi.customers.domain.lookup import find_by_identity, get_customer, resolve
from guanxi.customers.domain.memberships import add_member, people_of
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.search import token_numbers
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.errors import Refused
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.rewards.models import Reward
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.models import Touchpoint


def test_the_kept_customer_stays_and_gets_what_it_lacked(
    make: Make, write: Write, session: Session
) -> None:
    kept = make("Ann Lee", city="Leeds", tags=("a", "b"), language="en")
    merged = make("Anne Lee", city="York", postcode="YO1", tags=("b", "c"))

    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    customer = session.get_one(Customer, kept)
    assert (customer.display_name, customer.city, customer.postcode) == ("Ann Lee", "Leeds", "YO1")
    assert (customer.tags, customer.language, customer.version) == (["a", "b", "c"], "en", 2)
    assert logged(session, kept)[-1] == (
        "CustomersMerged",
        {"merged_id": str(merged), "undone": False},
    )
    entry = audited(session, kept)[-1]
    assert entry.before == {"postcode": None, "tags": ["a", "b"]}
    assert audited(session, merged)[-1].after == {"into": str(kept)}


def test_each_field_can_be_chosen(make: Make, write: Write, session: Session) -> None:
    with write() as tx:
        for key in ("income", "hobby"):
            create_field(tx, key, "text", {"title_en": key, "title_zh": key})
    kept = make("Ann Lee", city="Leeds", country="GB", custom={"income": "1", "hobby": "chess"})
    merged = make("李安", city="北京", country="CN", custom={"income": "2"})
    choices = {
        "name": "merged",
        "city": "merged",
        "country": "kept",
        "custom.income": "merged",
        "custom.hobby": "merged",
    }

    with write() as tx:
        merge_customers(tx, kept, merged, choices, now=NOW)

    customer = session.get_one(Customer, kept)
    assert (customer.display_name, customer.family_name, customer.name_order) == (
        "李安",
        "李",
        "eastern",
    )
    assert (customer.city, customer.country, customer.custom) == ("北京", "GB", {"income": "2"})


@pytest.mark.parametrize(
    "choices", [{"shoe_size": "kept"}, {"city": "both"}, {"custom.nothing": "merged"}]
)
def test_a_choice_that_is_none_is_refused(
    make: Make, write: Write, choices: dict[str, str]
) -> None:
    kept, merged = make("Ann"), make("Anne")

    with pytest.raises(InvalidCustomer), write() as tx:
        merge_customers(tx, kept, merged, choices, now=NOW)


def test_everything_that_hangs_on_the_merged_customer_changes_hands(
    make: Make, write: Write, session: Session
) -> None:
    kept, merged = make("Ann"), make("Anne", email="anne@example.com")
    with write() as tx:
        call = record(
            tx,
            Draft(channel="phone", kind="call", occurred_at=NOW, customer_id=merged),
            now=NOW,
        ).id
        reward = request(
            tx,
            RewardDraft(
                customer_id=merged, kind="points", reason="R", source="s", idempotency_key="k"
            ),
            now=NOW,
        ).id

    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    assert session.scalar(select(Touchpoint.customer_id).where(Touchpoint.id == call)) == kept
    assert session.scalar(select(Reward.customer_id).where(Reward.id == reward)) == kept
    assert find_by_identity(session, "email", "", "anne@example.com") == kept


def test_the_old_id_keeps_working_through_a_chain_of_merges(
    make: Make, write: Write, session: Session
) -> None:
    a, b, c = make("A"), make("B"), make("C")
    with write() as tx:
        merge_customers(tx, b, a, now=NOW)
        merge_customers(tx, c, b, now=NOW)

    assert resolve(session, a) == c
    assert get_customer(session, b).id == c


def test_the_kept_customer_is_found_under_both_names(
    make: Make, write: Write, session: Session
) -> None:
    kept, merged = make("Ann Lee"), make("李安", email="an@example.com")

    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    tokens = session.get_one(Customer, kept).search_tokens
    assert set(token_numbers(["=annlee", "=李安"])) <= set(tokens)
    assert session.get_one(Customer, merged).search_tokens == []


def test_a_membership_that_both_had_stands_there_once(
    make: Make, write: Write, session: Session
) -> None:
    kept, merged = make("Ann"), make("Anne")
    acme, beta = make("Acme", kind="organisation"), make("Beta", kind="organisation")
    with write() as tx:
        add_member(tx, kept, acme, "Buyer", now=NOW)
        add_member(tx, merged, acme, "Boss", now=NOW)
        add_member(tx, merged, beta, "Owner", now=NOW)

    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    assert [(one.customer_id, one.role) for one in people_of(session, acme)] == [(kept, "Buyer")]
    assert [(one.customer_id, one.role) for one in people_of(session, beta)] == [(kept, "Owner")]


def test_the_stricter_of_two_consents_counts(make: Make, write: Write, session: Session) -> None:
    kept, merged = make("Ann"), make("Anne")
    hour = timedelta(hours=1)
    with write() as tx:
        record_consent(tx, kept, [Decision("email", "marketing", given=False)], now=NOW - 2 * hour)
        record_consent(tx, merged, [Decision("email", "marketing", given=True)], now=NOW - hour)
        record_consent(tx, merged, [Decision("sms", "marketing", given=True)], now=NOW - hour)

    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    assert may_contact(session, kept, "email", "marketing").reason == "withdrawn"
    assert may_contact(session, kept, "sms", "marketing").allowed


def test_closed_stays_closed(make: Make, write: Write, session: Session) -> None:
    kept, merged = make("Ann"), make("Anne")
    with write() as tx:
        close_customer(tx, merged, "Asked for it", now=NOW)

    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    customer = session.get_one(Customer, kept)
    assert (customer.status, customer.closed_reason) == ("closed", "Asked for it")


def test_a_customer_is_not_merged_with_itself_nor_a_person_with_an_organisation(
    make: Make, write: Write
) -> None:
    ann, anne, acme = make("Ann"), make("Anne"), make("Acme", kind="organisation")
    with write() as tx:
        merge_customers(tx, ann, anne, now=NOW)

    with pytest.raises(InvalidCustomer), write() as tx:
        merge_customers(tx, ann, ann, now=NOW)
    with pytest.raises(InvalidCustomer), write() as tx:
        merge_customers(tx, ann, anne, now=NOW)
    with pytest.raises(InvalidCustomer), write() as tx:
        merge_customers(tx, ann, acme, now=NOW)


def test_a_customer_out_of_sight_cannot_be_merged(
    guarded: Database, factories: Factories, make: Make
) -> None:
    user = factories.user("staff")
    mine, hidden = make("Ann", owner_id=user), make("Anne")
    staff = factories.principal(user, scope="own")

    with pytest.raises(NoSuchCustomer), guarded.write(staff.actor, now=NOW, principal=staff) as tx:
        merge_customers(tx, mine, hidden, now=NOW)


def test_plugins_move_what_they_hold_even_disabled_ones(make: Make, write: Write) -> None:
    calls: list[tuple[UUID, UUID]] = []

    def move(kept_id: UUID, merged_id: UUID) -> dict[str, object]:
        calls.append((kept_id, merged_id))
        return {"moved": 3}

    kept, merged = make("Ann"), make("Anne")
    hook = Implementation("loyalty", "customer_data_merge", move, ("kept_id", "merged_id"))
    with write(dispatcher=Dispatcher([hook])) as tx:
        merge = merge_customers(tx, kept, merged, now=NOW)

    assert calls == [(kept, merged)]
    assert merge.undo["plugins"] == {"loyalty": {"moved": 3}}


def test_nothing_is_merged_when_a_plugin_cannot_follow(
    make: Make, write: Write, session: Session
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    kept, merged = make("Ann"), make("Anne")
    dispatcher = Dispatcher([Implementation("loyalty", "customer_data_merge", fail, ())])

    with (
        pytest.raises(Refused, match="loyalty could not follow"),
        write(dispatcher=dispatcher) as tx,
    ):
        merge_customers(tx, kept, merged, now=NOW)

    assert session.get_one(Customer, merged).merged_into is None


def test_a_merge_sees_a_change_made_just_before_in_the_same_transaction(
    make: Make, write: Write, session: Session
) -> None:
    kept, merged = make("Ann"), make("Anne")

    with write() as tx:
        change_customer(tx, merged, {"city": "York"}, now=NOW)
        merge_customers(tx, kept, merged, now=NOW)

    assert session.get_one(Customer, kept).city == "York"
