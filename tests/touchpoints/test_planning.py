"""Planned contacts: made, done by a touchpoint, given up."""

from datetime import date
from uuid import uuid4

import pytest
from tests.touchpoints.conftest import audited, call, new_customer

from guanxi.errors import Conflict, NotFound
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.domain.planning import Plan, cancel, complete, due, plan_contact, planned
from guanxi.touchpoints.domain.recording import record


def plan_on(write, customer_id, day, **more):
    """Plan a contact and return its id."""
    with write() as tx:
        return plan_contact(tx, Plan(customer_id=customer_id, due_on=day, **more), now=NOW)


def test_next_contact_is_the_soonest(write, session, customer):
    plan_on(write, customer, date(2026, 12, 1))
    soon = plan_on(write, customer, date(2026, 11, 5), channel="phone", note=" ask about tea ")

    first, second = planned(session, customer)

    assert (first.id, first.channel, first.note) == (soon, "phone", "ask about tea")
    assert second.due_on == date(2026, 12, 1)


def test_touchpoint_completes_the_plan(write, session, customer):
    plan = plan_on(write, customer, date(2026, 11, 5))

    with write() as tx:
        done = record(tx, call(customer_id=customer), now=NOW)
        complete(tx, plan, done.id, now=NOW)

    assert planned(session, customer) == []
    (entry,) = audited(session, "contact.done")
    assert entry.after["touchpoint_id"] == str(done.id)


def test_plan_is_closed_once(write, customer):
    plan = plan_on(write, customer, date(2026, 11, 5))
    with write() as tx:
        cancel(tx, plan, now=NOW)

    with pytest.raises(Conflict), write() as tx:
        cancel(tx, plan, now=NOW)


def test_staff_see_what_is_due(write, session, factories, customer):
    me = factories.user()
    overdue = plan_on(write, customer, date(2026, 10, 1), staff_id=me)
    today = plan_on(write, customer, date(2026, 11, 2), staff_id=me)
    plan_on(write, customer, date(2026, 11, 3), staff_id=me)
    plan_on(write, customer, date(2026, 11, 2), staff_id=factories.user())

    assert [plan.id for plan in due(session, me, until=date(2026, 11, 2))] == [overdue, today]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer_id": uuid4()}, "customer_id"),
        ({"channel": "pigeon"}, "channel"),
        ({"staff_id": uuid4()}, "staff_id"),
        ({"due_on": date(1, 1, 1)}, "due_on"),
    ],
)
def test_plan_that_leads_nowhere_is_refused(write, customer, changes, field):
    values = {"customer_id": customer, "due_on": date(2026, 11, 5)} | changes

    with pytest.raises(InvalidField) as caught, write() as tx:
        plan_contact(tx, Plan(**values), now=NOW)

    assert list(caught.value.fields) == [field]


def test_plan_out_of_sight_cannot_be_cancelled(guarded, write, factories, session):
    me, colleague = factories.user(), factories.user()
    theirs = new_customer(write, "Theirs", colleague)
    plan = plan_on(write, theirs, date(2026, 11, 5), staff_id=me)
    asking = factories.principal(me, scope="own")

    with pytest.raises(NotFound), write(principal=asking) as tx:
        cancel(tx, plan, now=NOW)
    with guarded.read(asking) as reading:
        assert due(reading, me, until=date(2026, 12, 1)) == []

    assert len(planned(session, theirs)) == 1
