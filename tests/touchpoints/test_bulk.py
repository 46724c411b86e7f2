"""Many touchpoints at once: the same rules, one answer per row."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select, text
from tests.touchpoints.conftest import audited, call, line, logged, new_customer, purchase

from guanxi.errors import GuanxiError, Refused
from guanxi.events.vocabulary import Line
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.faults import DifferentTouchpoint, InvalidField
from guanxi.touchpoints.domain.reading import get
from guanxi.touchpoints.domain.recording import Recorded, record
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.models import Touchpoint, TouchpointLine


def numbered(count, customer_id, **more):
    """Return that many purchases with external ids."""
    return [
        purchase(customer_id=customer_id, source="shop", external_id=str(i), **more)
        for i in range(count)
    ]


def count_of(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_all_are_recorded_with_lines_events_and_audit(write, session, customer):
    drafts = numbered(300, customer)

    with write() as tx:
        results = record_many(tx, drafts, now=NOW)

    assert all(isinstance(result, Recorded) and result.created for result in results)
    assert count_of(session, Touchpoint) == 300
    assert count_of(session, TouchpointLine) == 600
    assert [e.touchpoint.external_id for e in logged(session)] == [str(i) for i in range(300)]
    assert len(audited(session, "touchpoint.recorded")) == 300


def test_bulk_and_single_leave_the_same_behind(write, session, customer):
    draft = purchase(
        Line("tea", None, Decimal("0.25"), Decimal("12.3456")),
        customer_id=customer,
        note="x\ty\\n\nz",
        amount=Decimal("3.09"),
    )

    with write() as tx:
        single = record(tx, draft, now=NOW)
    with write() as tx:
        (bulk,) = record_many(tx, [draft], now=NOW)

    one, other = get(session, single.id), get(session, bulk.id)
    assert isinstance(bulk, Recorded)
    for column in set(Touchpoint.__table__.columns.keys()) - {"id"}:
        assert getattr(one, column) == getattr(other, column)
    assert lines_of(session, single.id) == lines_of(session, bulk.id)
    first, second = logged(session)
    assert first.touchpoint == second.touchpoint
    recorded = audited(session, "touchpoint.recorded")
    assert recorded[0].after == recorded[1].after


def test_bad_rows_get_their_errors_and_the_others_go_in(write, session, customer):
    drafts = [
        call(customer_id=customer),
        call(customer_id=customer, channel="pigeon"),
        call(customer_id=uuid4()),
        purchase(customer_id=customer, currency="XQQ"),
        call(customer_id=customer, staff_id=uuid4()),
        call(customer_id=customer, outcome="enlightened"),
        call(customer_id=customer, kind="seance"),
        call(customer_id=customer),
    ]

    with write() as tx:
        first, *bad, last = record_many(tx, drafts, now=NOW)

    assert isinstance(first, Recorded)
    assert isinstance(last, Recorded)
    assert [list(error.fields) for error in bad] == [
        ["channel"],
        ["customer_id"],
        ["currency"],
        ["staff_id"],
        ["outcome"],
        ["kind"],
    ]
    assert count_of(session, Touchpoint) == 2


def test_repeated_batch_changes_nothing(write, session, customer):
    drafts = numbered(250, customer)
    with write() as tx:
        first = record_many(tx, drafts, now=NOW)

    with write() as tx:
        again = record_many(tx, drafts, now=NOW)

    assert [r.id for r in again] == [r.id for r in first]
    assert not any(r.created for r in again)
    assert len(logged(session)) == 250


def test_changed_row_of_a_repeated_batch_is_named(write, customer):
    with write() as tx:
        record_many(tx, numbered(3, customer), now=NOW)
    changed = [
        *numbered(2, customer),
        purchase(line("mug", "9", "1"), external_id="2", source="shop"),
    ]

    with write() as tx:
        one, two, error = record_many(tx, changed, now=NOW)

    assert isinstance(one, Recorded)
    assert isinstance(two, Recorded)
    assert isinstance(error, DifferentTouchpoint)
    assert error.fields == ("customer_id", "amount", "lines")


def test_twins_in_one_batch_give_one(write, session, customer):
    draft = call(customer_id=customer, external_id="7")
    other = call(customer_id=customer, external_id="7", channel="email")

    with write() as tx:
        first, twin, different = record_many(tx, [draft, draft, other], now=NOW)

    assert (first.created, twin.created, twin.id) == (True, False, first.id)
    assert isinstance(different, DifferentTouchpoint)
    assert count_of(session, Touchpoint) == 1


def test_twin_of_a_refused_row_is_refused_as_well(write, session, customer):
    draft = call(customer_id=customer, external_id="7", channel="pigeon")

    with write() as tx:
        results = record_many(tx, [draft, draft], now=NOW)

    assert all(isinstance(result, InvalidField) for result in results)
    assert count_of(session, Touchpoint) == 0


def test_batches_that_overlap_at_once_give_each_touchpoint_once(write, session, customer):
    drafts = numbered(60, customer)
    together = Barrier(4)

    def send(number):
        batch = drafts if number % 2 else list(reversed(drafts))
        with write() as tx:
            together.wait()
            return record_many(tx, batch, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert sum(result.created for answer in answers for result in answer) == 60
    assert count_of(session, Touchpoint) == 60
    assert len(logged(session)) == 60


def test_rows_out_of_sight_are_refused(guarded, write, factories, session):
    me, colleague = factories.user(), factories.user()
    mine, theirs = new_customer(write, "Mine", me), new_customer(write, "Theirs", colleague)
    asking = factories.principal(me, scope="own")

    with write(principal=asking) as tx:
        own, foreign = record_many(tx, [call(customer_id=mine), call(customer_id=theirs)], now=NOW)

    assert isinstance(own, Recorded)
    assert isinstance(foreign, InvalidField)
    assert count_of(session, Touchpoint) == 1


def test_plugin_refuses_single_rows(write, session, customer):
    def no_calls(touchpoint):
        if touchpoint.kind == "call":
            raise Refused("We do not telephone.")

    dispatcher = active(Implementation("quiet", "check_touchpoint", no_calls, ("touchpoint",)))
    drafts = [call(customer_id=customer), purchase(customer_id=customer)]

    with write(dispatcher=dispatcher) as tx:
        refused, recorded = record_many(tx, drafts, now=NOW)

    assert isinstance(refused, Refused)
    assert isinstance(recorded, Recorded)


def test_plugin_that_breaks_its_statement_stops_only_its_row(write, session, customer):
    def broken_for_calls(session, touchpoint):
        if touchpoint.kind == "call":
            session.execute(text("SELECT * FROM no_such_table"))

    impl = Implementation("bad", "check_touchpoint", broken_for_calls, ("session", "touchpoint"))
    drafts = [call(customer_id=customer), purchase(customer_id=customer)]

    with write(dispatcher=active(impl)) as tx:
        refused, recorded = record_many(tx, drafts, now=NOW)

    assert isinstance(refused, GuanxiError)
    assert isinstance(recorded, Recorded)
    assert count_of(session, Touchpoint) == 1


@pytest.mark.parametrize("rows", [10, 400])
def test_number_of_statements_does_not_grow_with_the_rows(database, write, customer, rows):
    seen = []

    def count(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    with write() as tx:
        record_many(tx, numbered(rows, customer), now=NOW)

    assert len(seen) <= 12


def test_empty_batch_is_fine(write):
    with write() as tx:
        assert record_many(tx, [], now=NOW) == []


def active(*implementations):
    dispatcher = Dispatcher(implementations)
    dispatcher.activate([impl.plugin for impl in implementations])
    return dispatcher
