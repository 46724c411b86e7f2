"""Voiding and amending: a new version, before and after in audit and event."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from tests.touchpoints.conftest import audited, call, line, logged, new_customer, purchase

from guanxi.errors import GuanxiError, PreconditionFailed
from guanxi.events.vocabulary import TouchpointCorrected
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.corrections import amend, void
from guanxi.touchpoints.domain.faults import AlreadyVoided, InvalidField, NoSuchTouchpoint
from guanxi.touchpoints.domain.reading import get
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.domain.stored_lines import lines_of


@pytest.fixture
def recorded(write, customer):
    """A purchase of 21.00 by Ada."""
    with write() as tx:
        return record(tx, purchase(customer_id=customer), now=NOW).id


def corrections(session):
    """Return the events of corrections."""
    return [event for event in logged(session) if isinstance(event, TouchpointCorrected)]


def test_voided_touchpoint_stays_as_a_row_with_its_reason(write, session, recorded):
    with write() as tx:
        void(tx, recorded, "  entered twice ", now=NOW)

    stored = get(session, recorded)
    assert (stored.state, stored.state_reason, stored.version) == ("voided", "entered twice", 2)


def test_void_tells_readers_what_to_take_back(write, session, customer, recorded):
    with write() as tx:
        void(tx, recorded, "entered twice", now=NOW)

    (event,) = corrections(session)
    assert (event.customer_id, event.after, event.reason) == (customer, None, "entered twice")
    assert event.before == logged(session)[0].touchpoint
    (entry,) = audited(session, "touchpoint.voided")
    assert (entry.before, entry.after["state"]) == ({"state": "recorded"}, "voided")


def test_void_needs_a_reason(write, session, recorded):
    with pytest.raises(InvalidField), write() as tx:
        void(tx, recorded, " ", now=NOW)

    assert get(session, recorded).state == "recorded"


def test_voided_touchpoint_cannot_be_changed(write, recorded):
    with write() as tx:
        void(tx, recorded, "entered twice", now=NOW)

    with pytest.raises(AlreadyVoided), write() as tx:
        void(tx, recorded, "again", now=NOW)
    with pytest.raises(AlreadyVoided), write() as tx:
        amend(tx, recorded, {"note": "x"}, now=NOW)


def test_amend_with_new_lines_sums_them_anew(write, session, recorded):
    lines = (line("mug", "3", "4.50"),)

    with write() as tx:
        amend(tx, recorded, {"lines": lines}, now=NOW, reason="one more mug")

    stored = get(session, recorded)
    assert (stored.amount, stored.version) == (Decimal("13.50"), 2)
    assert lines_of(session, recorded) == lines
    (event,) = corrections(session)
    assert (event.before.amount, event.after.amount) == (Decimal(21), Decimal("13.5"))
    assert (event.after.lines, event.reason) == (lines, "one more mug")


def test_amend_is_audited_with_the_changed_fields_only(write, session, recorded):
    with write() as tx:
        amend(tx, recorded, {"channel": "website", "note": "by post", "kind": "purchase"}, now=NOW)

    (entry,) = audited(session, "touchpoint.amended")
    assert entry.before == {"channel": "store", "note": None}
    assert entry.after == {"channel": "website", "note": "by post"}


def test_amend_that_changes_nothing_leaves_no_trace(write, session, recorded):
    with write() as tx:
        amend(tx, recorded, {"channel": "store", "amount": Decimal("21.0")}, now=NOW)

    assert get(session, recorded).version == 1
    assert corrections(session) == []


def test_amended_purchase_can_become_a_call(write, session, recorded):
    changes = {"kind": "call", "channel": "phone", "lines": (), "amount": None, "currency": None}

    with write() as tx:
        amend(tx, recorded, changes, now=NOW)

    stored = get(session, recorded)
    assert (stored.kind, stored.amount, stored.currency) == ("call", None, None)
    assert lines_of(session, recorded) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"kind": "seance", "lines": (), "currency": None}, "kind"),
        ({"outcome": "enlightened"}, "outcome"),
        ({"staff_id": uuid4()}, "staff_id"),
        ({"customer_id": uuid4()}, "customer_id"),
        ({"amount": Decimal(99)}, "amount"),
    ],
)
def test_amend_refuses_what_record_refuses(write, session, recorded, changes, field):
    with pytest.raises(InvalidField) as caught, write() as tx:
        amend(tx, recorded, changes, now=NOW)

    assert list(caught.value.fields) == [field]
    assert get(session, recorded).version == 1


def test_move_to_another_customer_is_an_event_for_each(
    write, session, customer, other_customer, recorded
):
    with write() as tx:
        amend(tx, recorded, {"customer_id": other_customer}, now=NOW)

    taken, given = corrections(session)
    assert (taken.customer_id, given.customer_id) == (customer, other_customer)
    assert (taken.before.customer_id, taken.after.customer_id) == (customer, None)
    assert (given.before.customer_id, given.after.customer_id) == (None, other_customer)
    assert taken.after == given.before


def test_version_that_was_overtaken_is_refused(write, session, recorded):
    with write() as tx:
        amend(tx, recorded, {"note": "first"}, now=NOW, expected_version=1)

    with pytest.raises(PreconditionFailed), write() as tx:
        amend(tx, recorded, {"note": "second"}, now=NOW, expected_version=1)
    with pytest.raises(PreconditionFailed), write() as tx:
        void(tx, recorded, "why", now=NOW, expected_version=1)

    assert get(session, recorded).note == "first"


def test_two_voids_at_once_give_one_event(write, session, recorded):
    together = Barrier(2)

    def send(_):
        with write() as tx:
            together.wait()
            try:
                return void(tx, recorded, "entered twice", now=NOW)
            except GuanxiError as error:
                return error

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert sum(isinstance(answer, AlreadyVoided) for answer in answers) == 1
    assert len(corrections(session)) == 1


def test_touchpoint_out_of_sight_cannot_be_corrected(guarded, write, factories, session):
    me, colleague = factories.user(), factories.user()
    theirs = new_customer(write, "Theirs", colleague)
    with write() as tx:
        foreign = record(tx, call(customer_id=theirs), now=NOW).id
    asking = factories.principal(me, scope="own")

    with pytest.raises(NoSuchTouchpoint), write(principal=asking) as tx:
        void(tx, foreign, "mine", now=NOW)
    with pytest.raises(NoSuchTouchpoint), write(principal=asking) as tx:
        amend(tx, foreign, {"note": "mine"}, now=NOW)
    with pytest.raises(NoSuchTouchpoint), guarded.read(asking) as reading:
        get(reading, foreign)

    assert get(session, foreign).version == 1
