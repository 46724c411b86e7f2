"""Suggested duplicates: found at once for one, in chunks for all, never again once dismissed."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, email

from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import NoSuchCustomer
from guanxi.customers.domain.match_records import draft_record
from guanxi.customers.domain.matching import NOBODY, find_changed, find_for, similar_to
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.suggestions import dismiss, open_suggestions, suggestions_of
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.db import Database
from guanxi.errors import NotFound
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

BORN = date(1984, 5, 17)


def find_all(write: Write, chunk: int = 2) -> int:
    """Run the nightly job to its end; return how many chunks it took."""
    after, chunks = NOBODY, 0
    while True:
        with write() as tx:
            last = find_changed(tx, after=after, limit=chunk, now=NOW)
        if last is None:
            return chunks
        after, chunks = last, chunks + 1


def pairs(session: Session) -> set[frozenset[UUID]]:
    """Return the open pairs."""
    return {frozenset((one.one.id, one.other.id)) for one in open_suggestions(session, limit=100)}


def test_the_job_finds_the_same_person_written_differently(
    make: Make, write: Write, session: Session
) -> None:
    first = make("Katherine Johnson", birthday=BORN, email="katherine@example.com", city="Leeds")
    second = make("Kathrine Johnson", birthday=BORN, email="k.johnson@example.org", city="Leeds")
    make("Peter Miller", birthday=date(1960, 1, 2), email="peter@example.com", city="York")

    assert find_all(write) == 2

    (found,) = open_suggestions(session, limit=10)
    assert {found.one.id, found.other.id} == {first, second}
    assert found.score > 0.9
    fields = {reason["field"]: reason["kind"] for reason in found.reasons}
    assert fields["birthday"] == "same"
    assert fields["given"] == "typo"


def test_invented_names_are_no_sign_of_who_somebody_is(
    make: Make, write: Write, session: Session
) -> None:
    for number in "12":
        make("Katherine Johnson", birthday=BORN, email=f"k{number}@example.com", invented=True)

    find_all(write)

    assert pairs(session) == set()


def test_the_job_looks_only_at_what_changed_since(
    make: Make, write: Write, session: Session
) -> None:
    first = make("Katherine Johnson", birthday=BORN)
    second = make("Kate Jones", birthday=date(1960, 1, 2))
    find_all(write)
    assert find_all(write) == 0
    assert pairs(session) == set()

    with write() as tx:
        change_customer(tx, second, {"name": "Katherine Johnson", "birthday": BORN}, now=NOW)

    assert find_all(write) == 1
    assert pairs(session) == {frozenset((first, second))}


def test_somebody_about_to_be_created_is_compared_at_once(
    make: Make, write: Write, session: Session
) -> None:
    known = make("张三", phone="138 0013 8000", birthday=BORN)
    make("张伟")
    find_all(write)

    draft = CustomerDraft(name="张三", birthday=BORN, identities=(email("san@example.com"),))
    found = similar_to(session, draft_record(draft))

    assert [customer_id for customer_id, _match in found] == [known]


def test_one_customer_can_be_looked_at_on_demand(
    make: Make, write: Write, session: Session
) -> None:
    first = make("Katherine Johnson", birthday=BORN)
    find_all(write)
    second = make("Katherine Johnson", birthday=BORN)

    with write() as tx:
        assert find_for(tx, second, now=NOW) == 1

    (found,) = suggestions_of(session, second)
    assert (found.one.id, found.other.id) == (second, first)


def test_a_dismissed_pair_is_never_suggested_again(
    make: Make, write: Write, session: Session
) -> None:
    first, second = (
        make("Katherine Johnson", birthday=BORN),
        make("Katherine Johnson", birthday=BORN),
    )
    find_all(write)
    with write() as tx:
        dismiss(tx, second, first)
    with write() as tx:
        change_customer(tx, second, {"city": "Leeds"}, now=NOW)

    find_all(write)

    assert pairs(session) == set()
    with pytest.raises(NotFound), write() as tx:
        dismiss(tx, first, make("Somebody"))


def test_a_merged_pair_is_settled_and_open_again_when_taken_back(
    make: Make, write: Write, session: Session
) -> None:
    first, second = (
        make("Katherine Johnson", birthday=BORN),
        make("Katherine Johnson", birthday=BORN),
    )
    find_all(write)
    with write() as tx:
        merge_id = merge_customers(tx, first, second, now=NOW).id
    assert pairs(session) == set()

    with write() as tx:
        unmerge_customers(tx, merge_id, now=NOW)

    assert pairs(session) == {frozenset((first, second))}


def test_pairs_with_somebody_out_of_sight_are_not_shown(
    guarded: Database, factories: Factories, make: Make, write: Write
) -> None:
    user = factories.user("staff")
    first = make("Katherine Johnson", birthday=BORN, owner_id=user)
    second = make("Katherine Johnson", birthday=BORN)
    find_all(write)
    staff = factories.principal(user, scope="own")

    with guarded.read(staff) as reading:
        assert pairs(reading) == set()
    with pytest.raises(NoSuchCustomer), guarded.write(staff.actor, now=NOW, principal=staff) as tx:
        dismiss(tx, first, second)


def test_pages_of_suggestions_join_without_gap(make: Make, write: Write, session: Session) -> None:
    for name in ("Katherine Johnson", "Dorothy Vaughan", "Mary Jackson"):
        make(name, birthday=BORN)
        make(name, birthday=BORN)
    find_all(write)

    everything = open_suggestions(session, limit=100)
    first = open_suggestions(session, limit=2)
    last = first[-1]
    after = (last.score, min(last.one.id, last.other.id), max(last.one.id, last.other.id))
    rest = open_suggestions(session, limit=100, after=after)

    assert len(everything) >= 3
    assert [*first, *rest] == everything
