"""Response and success rates of contacts that went out."""

from datetime import timedelta

import pytest
from tests.touchpoints.conftest import YESTERDAY, call, new_customer, purchase

from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.corrections import void
from guanxi.touchpoints.domain.effectiveness import effectiveness
from guanxi.touchpoints.domain.faults import InvalidField

SINCE = YESTERDAY - timedelta(days=30)


def recorded(write, *drafts):
    """Record the drafts and return their ids."""
    with write() as tx:
        return [result.id for result in record_many(tx, drafts, now=NOW)]


def out(customer_id, days_ago, **more):
    """A call that we made."""
    return call(
        customer_id=customer_id,
        direction="out",
        occurred_at=YESTERDAY - timedelta(days=days_ago),
        **more,
    )


def by_channel(session):
    """Return contacts, answers, judged and good ones per channel."""
    rows = effectiveness(session, "channel", since=SINCE, until=NOW)
    return {row.group: (row.contacts, row.answered, row.judged, row.succeeded) for row in rows}


def test_answer_within_a_week_counts(write, session, customer, other_customer):
    recorded(
        write,
        out(customer, 10),
        call(customer_id=customer, occurred_at=YESTERDAY - timedelta(days=3)),
        out(other_customer, 10, channel="email"),
        purchase(customer_id=other_customer, occurred_at=YESTERDAY - timedelta(days=2, hours=23)),
    )

    assert by_channel(session) == {"phone": (1, 1, 0, 0), "email": (1, 0, 0, 0)}


def test_silence_before_the_contact_is_no_answer(write, session, customer, other_customer):
    recorded(
        write,
        call(customer_id=customer, occurred_at=YESTERDAY - timedelta(days=11)),
        out(customer, 10),
        call(customer_id=other_customer),
    )

    assert by_channel(session) == {"phone": (1, 0, 0, 0)}


def test_outcomes_count_by_what_they_mean(write, session, customer):
    recorded(
        write,
        out(customer, 1, outcome="agreed"),
        out(customer, 2, outcome="no_answer"),
        out(customer, 3, outcome="follow_up"),
        out(customer, 4),
    )

    (row,) = effectiveness(session, "channel", since=SINCE, until=NOW)

    assert (row.contacts, row.judged, row.succeeded, row.success_rate) == (4, 2, 1, 0.5)
    assert row.response_rate == 0


def test_voided_inbound_and_unassigned_touchpoints_do_not_count(write, session, customer):
    gone, *_ = recorded(
        write,
        out(customer, 1),
        call(customer_id=customer, occurred_at=YESTERDAY - timedelta(days=40), direction="out"),
        out(None, 1),
        call(customer_id=customer),
    )
    with write() as tx:
        void(tx, gone, "wrong number", now=NOW)

    assert by_channel(session) == {}


def test_rows_out_of_sight_do_not_count(guarded, write, factories):
    me, colleague = factories.user(), factories.user()
    recorded(
        write,
        out(new_customer(write, "Mine", me), 1),
        out(new_customer(write, "Theirs", colleague), 1),
    )

    with guarded.read(factories.principal(me, scope="own")) as reading:
        (row,) = effectiveness(reading, "kind", since=SINCE, until=NOW)

    assert (row.group, row.contacts) == ("call", 1)


def test_range_is_bounded(session):
    with pytest.raises(InvalidField):
        effectiveness(session, "channel", since=NOW - timedelta(days=400), until=NOW)
