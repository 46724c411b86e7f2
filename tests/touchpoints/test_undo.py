"""Undoing an import takes its touchpoints back and lets the file be imported again."""

from tests.touchpoints.conftest import logged, purchase

from guanxi.events.vocabulary import TouchpointCorrected
from guanxi.ids import new_id
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.corrections import void
from guanxi.touchpoints.domain.reading import get
from guanxi.touchpoints.domain.undo import undo_import


def imported(write, customer_id, import_id):
    """Import three purchases and return the results."""
    drafts = [
        purchase(customer_id=customer_id, source="shop", external_id=str(i)) for i in range(3)
    ]
    with write() as tx:
        return record_many(tx, drafts, now=NOW, import_id=import_id)


def undone(write, import_id, **more):
    """Undo step by step and return how many each step took."""
    steps = []
    while not steps or steps[-1]:
        with write() as tx:
            steps.append(undo_import(tx, import_id, "Import undone", now=NOW, **more).voided)
    return steps


def test_undo_voids_step_by_step(write, session, customer):
    results = imported(write, customer, import_id := new_id())

    assert undone(write, import_id, limit=2) == [2, 1, 0]

    assert {get(session, result.id).state for result in results} == {"voided"}
    taken_back = [e for e in logged(session) if isinstance(e, TouchpointCorrected)]
    assert [(e.after, len(e.before.lines)) for e in taken_back] == [(None, 2)] * 3


def test_file_can_be_imported_again_afterwards(write, customer):
    first = imported(write, customer, import_id := new_id())
    undone(write, import_id)

    again = imported(write, customer, new_id())

    assert all(result.created for result in again)
    assert not {result.id for result in again} & {result.id for result in first}


def test_undo_leaves_what_a_person_voided_with_its_reason(write, session, customer):
    results = imported(write, customer, import_id := new_id())
    with write() as tx:
        void(tx, results[0].id, "test sale", now=NOW)

    undone(write, import_id)

    assert get(session, results[0].id).state_reason == "test sale"
    taken_back = [e for e in logged(session) if isinstance(e, TouchpointCorrected)]
    assert len(taken_back) == 3


def test_undo_touches_no_other_import(write, session, customer):
    with write() as tx:
        (other,) = record_many(tx, [purchase(customer_id=customer)], now=NOW, import_id=new_id())
    imported(write, customer, import_id := new_id())

    undone(write, import_id)

    assert get(session, other.id).state == "recorded"
