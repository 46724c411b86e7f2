"""Purchases of nobody known: grouped by hint, assigned singly and together."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from tests.touchpoints.conftest import audited, line, logged, new_customer, purchase

from guanxi.errors import Conflict, GuanxiError
from guanxi.events.vocabulary import TouchpointCorrected
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain import assigning
from guanxi.touchpoints.domain.assigning import (
    anonymous_groups,
    assign,
    assign_hint,
    hint_groups,
    unassigned,
)
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.corrections import void
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.domain.reading import get


def recorded(write, *drafts):
    """Record the drafts and return their ids."""
    with write() as tx:
        return [result.id for result in record_many(tx, drafts, now=NOW)]


def test_assigned_purchase_belongs_to_the_customer(write, session, customer):
    (one,) = recorded(write, purchase(customer_hint="17850"))

    with write() as tx:
        assert assign(tx, [one], customer, now=NOW) == 1

    stored = get(session, one)
    assert (stored.customer_id, stored.version) == (customer, 2)
    _, event = logged(session)
    assert isinstance(event, TouchpointCorrected)
    assert (event.customer_id, event.before.customer_id) == (customer, None)
    assert event.after.customer_id == customer
    assert event.before.lines == event.after.lines == purchase().lines
    (entry,) = audited(session, "touchpoint.assigned")
    assert entry.after == {"customer_id": str(customer)}


def test_all_of_one_hint_are_assigned_at_once(write, session, customer, monkeypatch):
    monkeypatch.setattr(assigning, "AT_ONCE", 2)
    recorded(write, *[purchase(customer_hint="17850")] * 5, purchase(customer_hint="13047"))

    with write() as tx:
        assert assign_hint(tx, "17850", customer, now=NOW) == 5

    assert [group.hint for group in hint_groups(session, limit=10)] == ["13047"]


def test_groups_add_up_per_hint_and_currency(write, session):
    recorded(
        write,
        purchase(customer_hint="a"),
        purchase(customer_hint="a"),
        purchase(customer_hint="a", currency="CNY"),
        purchase(line("mug", "1", "1"), customer_hint="b"),
        purchase(),
    )

    groups = hint_groups(session, limit=10)

    found = [(group.hint, group.currency, group.count, group.amount) for group in groups]
    assert found == [
        ("a", "CNY", 1, Decimal(21)),
        ("a", "GBP", 2, Decimal(42)),
        ("b", "GBP", 1, Decimal(1)),
    ]
    (nameless,) = anonymous_groups(session)
    assert (nameless.hint, nameless.count) == (None, 1)


def test_groups_come_in_pages(write, session):
    recorded(write, *(purchase(customer_hint=hint) for hint in "abc"))

    first = hint_groups(session, limit=2)
    rest = hint_groups(session, after=first[-1].hint, limit=2)

    assert [group.hint for group in (*first, *rest)] == ["a", "b", "c"]


def test_unassigned_of_a_hint_come_in_pages(write, session):
    ids = recorded(write, *[purchase(customer_hint="a")] * 3, purchase())

    first = unassigned(session, hint="a", limit=2)
    place = (first[-1].occurred_at, first[-1].id)
    rest = unassigned(session, hint="a", after=place, limit=2)

    assert {t.id for t in (*first, *rest)} == set(ids[:3])
    assert [t.id for t in unassigned(session, hint=None, limit=5)] == ids[3:]


def test_voided_purchase_is_no_longer_listed(write, session):
    (one,) = recorded(write, purchase(customer_hint="a"))

    with write() as tx:
        void(tx, one, "test sale", now=NOW)

    assert hint_groups(session, limit=10) == []


def test_purchase_of_somebody_else_is_not_taken_away(write, session, customer, other_customer):
    mine, free = recorded(write, purchase(customer_id=customer), purchase(customer_hint="a"))

    with pytest.raises(Conflict), write() as tx:
        assign(tx, [mine, free], other_customer, now=NOW)

    assert get(session, mine).customer_id == customer
    assert get(session, free).customer_id is None


def test_assigning_again_changes_nothing(write, session, customer):
    (one,) = recorded(write, purchase())
    with write() as tx:
        assign(tx, [one], customer, now=NOW)

    with write() as tx:
        assert assign(tx, [one], customer, now=NOW) == 0

    assert get(session, one).version == 2


def test_unknown_customer_is_refused(write):
    (one,) = recorded(write, purchase())

    with pytest.raises(InvalidField), write() as tx:
        assign(tx, [one], uuid4(), now=NOW)


def test_two_people_assign_the_same_purchase_and_one_wins(write, session, customer, other_customer):
    (one,) = recorded(write, purchase())
    together = Barrier(2)

    def send(target):
        try:
            with write() as tx:
                together.wait()
                return assign(tx, [one], target, now=NOW)
        except GuanxiError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, (customer, other_customer)))

    assert sorted(str(type(answer).__name__) for answer in answers) == ["Conflict", "int"]
    assert len(logged(session)) == 2


def test_who_does_not_see_all_customers_assigns_nothing(guarded, write, factories, session):
    me = factories.user()
    mine = new_customer(write, "Mine", me)
    (one,) = recorded(write, purchase(customer_hint="a"))
    asking = factories.principal(me, scope="own")

    with pytest.raises(Conflict), write(principal=asking) as tx:
        assign(tx, [one], mine, now=NOW)
    with write(principal=asking) as tx:
        assert assign_hint(tx, "a", mine, now=NOW) == 0
    with guarded.read(asking) as reading:
        assert hint_groups(reading, limit=10) == []

    assert get(session, one).customer_id is None
