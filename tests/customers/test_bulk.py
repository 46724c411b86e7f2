"""Creating many customers at once: each gets its result, the good ones go in."""

from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, audited, email, logged

from guanxi.customers.domain.bulk import RepeatedInBatch, create_customers
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import IdentityTaken, InvalidCustomer
from guanxi.customers.domain.rows import NewCustomer
from guanxi.customers.domain.search import search_tokens, token_numbers
from guanxi.customers.models import Customer, CustomerIdentity
from guanxi.events.models import EventRow
from guanxi.ids import new_id
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.testkit.fixtures import NOW


def test_each_draft_gets_its_own_result_and_the_good_ones_go_in(
    make: Make, write: Write, session: Session
) -> None:
    known = make("Ann", email="ann@example.com")
    drafts = [
        CustomerDraft(name="Bob", identities=(email("bob@example.com"),)),
        CustomerDraft(name="Ann", identities=(email("ann@example.com"),)),
        CustomerDraft(name="Robert", identities=(email("BOB@example.com"),)),
        CustomerDraft(name=""),
        CustomerDraft(name="Cid", owner_id=new_id()),
        CustomerDraft(name="李娜", tags=("vip",)),
    ]

    with write() as tx:
        results = create_customers(tx, drafts, now=NOW)

    kinds = [type(one) for one in results]
    assert kinds == [
        NewCustomer, IdentityTaken, RepeatedInBatch, InvalidCustomer, InvalidCustomer, NewCustomer,
    ]  # fmt: skip
    assert results[1].customer_id == known  # type: ignore[union-attr]
    assert results[2].first == 0  # type: ignore[union-attr]
    names = set(session.scalars(select(Customer.display_name)))
    assert names == {"Ann", "Bob", "李娜"}


def test_a_large_batch_writes_the_same_as_single_ones_would(
    make: Make, write: Write, session: Session
) -> None:
    one_by_one = make(
        "Ann 0", email="ann0@example.com", city='A "quoted" \\ city', tags=('a"b\\c',)
    )
    drafts = [
        CustomerDraft(
            name=f"Ann {i}",
            identities=(email(f"ann{i}@example.com"),),
            city='A "quoted" \\ city',
            tags=('a"b\\c',),
        )
        for i in range(1, 301)
    ]

    with write() as tx:
        results = create_customers(tx, drafts, now=NOW)

    last = results[-1].id  # type: ignore[union-attr]
    single, bulk = session.get_one(Customer, one_by_one), session.get_one(Customer, last)
    assert (bulk.city, bulk.tags, bulk.custom, bulk.created_at) == (
        single.city, single.tags, single.custom, single.created_at,
    )  # fmt: skip
    assert bulk.search_tokens == token_numbers(search_tokens(["Ann 300"], ["ann300@example.com"]))
    assert single.search_tokens == token_numbers(search_tokens(["Ann 0"], ["ann0@example.com"]))
    assert logged(session, last) == logged(session, one_by_one)
    assert _audited_fields(session, last) == _audited_fields(session, one_by_one)
    assert session.scalar(select(func.count()).select_from(CustomerIdentity)) == 301
    assert session.scalar(select(func.count()).select_from(EventRow)) == 301


def test_an_identity_that_somebody_takes_meanwhile_refuses_only_its_row(
    make: Make, write: Write, session: Session
) -> None:
    taken: list[UUID] = []

    def take(changes: dict[str, object]) -> None:
        # Runs after the batch has looked which identities are free.
        if not taken:
            taken.append(make("Quick", email="b@example.com"))

    dispatcher = Dispatcher([Implementation("quick", "check_customer", take, ("changes",))])
    dispatcher.activate({"quick"})
    drafts = [CustomerDraft(name=n, identities=(email(f"{n}@example.com"),)) for n in "abc"]

    with write(dispatcher=dispatcher) as tx:
        results = create_customers(tx, drafts, now=NOW)

    assert [type(one) for one in results] == [NewCustomer, IdentityTaken, NewCustomer]
    assert results[1].customer_id == taken[0]  # type: ignore[union-attr]
    assert set(session.scalars(select(Customer.display_name))) == {"Quick", "a", "c"}


@pytest.mark.parametrize("number", [0, 1])
def test_an_empty_or_single_batch_is_fine(write: Write, number: int) -> None:
    drafts = [CustomerDraft(name="Ann")] * number

    with write() as tx:
        results = create_customers(tx, drafts, now=NOW)

    assert len(results) == number


def _audited_fields(session: Session, customer_id: UUID) -> set[str]:
    (entry,) = audited(session, customer_id)
    return set(entry.after or ())
