"""One touchpoint: its row, lines, event and audit entry, and what a repeat does."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from tests.touchpoints.conftest import (
    YESTERDAY,
    audited,
    call,
    line,
    logged,
    new_customer,
    purchase,
)

from guanxi.customers.models import Customer
from guanxi.errors import Refused
from guanxi.events.vocabulary import TouchpointFacts, TouchpointRecorded
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.assigning import assign
from guanxi.touchpoints.domain.corrections import amend, void
from guanxi.touchpoints.domain.faults import DifferentTouchpoint, InvalidField
from guanxi.touchpoints.domain.reading import get
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.models import Touchpoint


def test_touchpoint_is_stored_with_its_lines(write, session, customer):
    draft = purchase(customer_id=customer, subject="Wedding", note="Paid in cash\nand coins")

    with write() as tx:
        recorded = record(tx, draft, now=NOW)

    stored = get(session, recorded.id)
    assert recorded.created
    assert (stored.customer_id, stored.amount, stored.version) == (customer, Decimal(21), 1)
    assert (stored.subject, stored.note) == ("Wedding", "Paid in cash\nand coins")
    assert (stored.occurred_at, stored.created_at) == (YESTERDAY, NOW)
    assert lines_of(session, recorded.id) == draft.lines


def test_event_carries_the_facts_but_no_free_text(write, session, customer):
    draft = purchase(customer_id=customer, note="private", source="shop", external_id="A1")

    with write() as tx:
        recorded = record(tx, draft, now=NOW)

    facts = TouchpointFacts(
        channel="store",
        kind="purchase",
        direction="in",
        occurred_at=YESTERDAY,
        customer_id=customer,
        amount=Decimal("21.0000"),
        currency="GBP",
        source="shop",
        external_id="A1",
        lines=draft.lines,
    )
    assert logged(session) == [
        TouchpointRecorded(customer_id=customer, touchpoint_id=recorded.id, touchpoint=facts)
    ]
    assert "private" not in str(session.execute(text("SELECT payload FROM events")).all())


def test_audit_names_the_number_of_lines(write, session, customer):
    with write() as tx:
        record(tx, purchase(customer_id=customer), now=NOW)

    (entry,) = audited(session, "touchpoint.recorded")
    assert entry.after["lines"] == 2
    assert entry.after["amount"] == "21.0000"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"kind": "seance"}, "kind"),
        ({"outcome": "enlightened"}, "outcome"),
        ({"staff_id": uuid4()}, "staff_id"),
        ({"customer_id": uuid4()}, "customer_id"),
    ],
)
def test_reference_that_leads_nowhere_is_refused(write, session, customer, changes, field):
    with pytest.raises(InvalidField) as caught, write() as tx:
        record(tx, call(**{"customer_id": customer} | changes), now=NOW)

    assert list(caught.value.fields) == [field]
    assert logged(session) == []


def test_repeat_returns_the_first_and_changes_nothing(write, session, customer):
    draft = purchase(customer_id=customer, source="shop", external_id="A1")
    with write() as tx:
        first = record(tx, draft, now=NOW)

    with write() as tx:
        again = record(tx, draft, now=NOW)

    assert (again.id, again.created) == (first.id, False)
    assert len(logged(session)) == 1
    assert len(audited(session, "touchpoint.recorded")) == 1


def test_repeat_with_other_contents_names_what_differs(write, customer):
    with write() as tx:
        first = record(tx, purchase(customer_id=customer, source="shop", external_id="A1"), now=NOW)
    other = purchase(
        line("mug", "3", "4.50"),
        customer_id=customer,
        channel="website",
        source="shop",
        external_id="A1",
    )

    with pytest.raises(DifferentTouchpoint) as caught, write() as tx:
        record(tx, other, now=NOW)

    assert caught.value.fields == ("channel", "amount", "lines")
    assert caught.value.touchpoint_id == first.id


def test_repeat_that_writes_numbers_otherwise_is_still_a_repeat(write, customer):
    draft = purchase(line("mug", "2", "4.5"), customer_id=customer, external_id="A1")
    with write() as tx:
        first = record(tx, draft, now=NOW)

    same = purchase(line("mug", "2.0", "4.50"), customer_id=customer, external_id="A1")
    with write() as tx:
        again = record(tx, same, now=NOW)

    assert (again.id, again.created) == (first.id, False)


def test_repeat_after_a_correction_is_still_a_repeat(write, session, customer, other_customer):
    draft = purchase(customer_hint="17850", source="shop", external_id="A1")
    with write() as tx:
        first = record(tx, draft, now=NOW)
    with write() as tx:
        assign(tx, [first.id], other_customer, now=NOW)
    with write() as tx:
        amend(tx, first.id, {"channel": "website"}, now=NOW)

    with write() as tx:
        again = record(tx, draft, now=NOW)

    assert (again.id, again.created, again.version) == (first.id, False, 3)
    assert get(session, first.id).channel == "website"


def test_repeat_does_not_bring_a_voided_touchpoint_back(write, session, customer):
    draft = call(customer_id=customer, source="telephone", external_id="A1")
    with write() as tx:
        first = record(tx, draft, now=NOW)
    with write() as tx:
        void(tx, first.id, "wrong number", now=NOW)

    with write() as tx:
        again = record(tx, draft, now=NOW)

    assert (again.id, again.created) == (first.id, False)
    assert get(session, first.id).state == "voided"


def test_two_sources_may_use_the_same_external_id(write, customer):
    with write() as tx:
        one = record(tx, call(customer_id=customer, source="a", external_id="1"), now=NOW)
        two = record(tx, call(customer_id=customer, source="b", external_id="1"), now=NOW)

    assert one.created
    assert two.created


def test_same_external_id_recorded_at_once_gives_one(database, write, session, customer):
    draft = purchase(customer_id=customer, source="shop", external_id="A1")
    together = Barrier(4)

    def send(_):
        with write() as tx:
            together.wait()
            return record(tx, draft, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(send, range(4)))

    assert sorted(result.created for result in results) == [False, False, False, True]
    assert len({result.id for result in results}) == 1
    assert session.scalar(select(func.count()).select_from(Touchpoint)) == 1
    assert len(logged(session)) == 1


def test_touchpoint_of_a_merged_customer_goes_to_the_one_that_was_kept(write, session):
    kept, middle, merged = (new_customer(write, name) for name in ("A", "B", "C"))
    with write() as tx:
        tx.execute(update(Customer).where(Customer.id == merged).values(merged_into=middle))
        tx.execute(update(Customer).where(Customer.id == middle).values(merged_into=kept))

    with write() as tx:
        recorded = record(tx, call(customer_id=merged), now=NOW)

    assert get(session, recorded.id).customer_id == kept
    (event,) = logged(session)
    assert (event.customer_id, event.touchpoint.customer_id) == (kept, kept)


def test_touchpoint_waits_for_a_merge_that_is_under_way(write, session, customer, other_customer):
    with ThreadPoolExecutor(1) as pool:
        with write() as merging:
            merging.execute(select(Customer).where(Customer.id == customer).with_for_update())
            recording = pool.submit(_record_in_own_transaction, write, customer)
            _until_somebody_waits(session, recording)
            merging.execute(
                update(Customer).where(Customer.id == customer).values(merged_into=other_customer)
            )
        recorded = recording.result(timeout=30)

    assert get(session, recorded.id).customer_id == other_customer


def _record_in_own_transaction(write, customer_id):
    with write() as tx:
        return record(tx, call(customer_id=customer_id), now=NOW)


def _until_somebody_waits(session, recording):
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while session.execute(waiting).scalar_one() == 0:
        assert not recording.done()


def test_erased_customer_gets_no_touchpoint(write, customer):
    with write() as tx:
        tx.execute(update(Customer).where(Customer.id == customer).values(erased_at=NOW))

    with pytest.raises(InvalidField), write() as tx:
        record(tx, call(customer_id=customer), now=NOW)


def test_customer_out_of_sight_gets_no_touchpoint(guarded, write, factories, session):
    me, colleague = factories.user(), factories.user()
    mine, theirs = new_customer(write, "Mine", me), new_customer(write, "Theirs", colleague)
    asking = factories.principal(me, scope="own")

    with write(principal=asking) as tx:
        assert record(tx, call(customer_id=mine), now=NOW).created
    with pytest.raises(InvalidField), write(principal=asking) as tx:
        record(tx, call(customer_id=theirs), now=NOW)

    assert [event.customer_id for event in logged(session)] == [mine]


def test_plugin_may_refuse(write, session, customer):
    def no_calls(touchpoint):
        if touchpoint.kind == "call":
            raise Refused("We do not telephone.")

    dispatcher = Dispatcher(
        [Implementation("quiet", "check_touchpoint", no_calls, ("touchpoint",))]
    )
    dispatcher.activate(["quiet"])

    with write(dispatcher=dispatcher) as tx:
        record(tx, purchase(customer_id=customer), now=NOW)
    with pytest.raises(Refused, match="telephone"), write(dispatcher=dispatcher) as tx:
        record(tx, call(customer_id=customer), now=NOW)

    assert [event.touchpoint.kind for event in logged(session)] == ["purchase"]


def test_plugin_is_not_asked_about_a_repeat(write, customer):
    draft = call(customer_id=customer, external_id="A1")
    with write() as tx:
        first = record(tx, draft, now=NOW)

    def never(touchpoint):
        raise Refused("No.")

    dispatcher = Dispatcher([Implementation("quiet", "check_touchpoint", never, ("touchpoint",))])
    dispatcher.activate(["quiet"])

    with write(dispatcher=dispatcher) as tx:
        assert record(tx, draft, now=NOW).id == first.id


def test_purchase_of_nobody_known_is_kept(write, session):
    with write() as tx:
        recorded = record(tx, purchase(customer_hint="till 3, card 9912"), now=NOW)

    stored = get(session, recorded.id)
    assert (stored.customer_id, stored.customer_hint) == (None, "till 3, card 9912")
    (event,) = logged(session)
    assert event.customer_id is None
