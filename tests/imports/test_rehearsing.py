"""A dry run counts what repeats an earlier row of its file as the import will."""

from itertools import count

from tests.imports.conftest import Prepare

from guanxi.errors import Invalid
from guanxi.imports.domain.rehearsing import Rehearsal
from guanxi.imports.importers.customers import CUSTOMERS
from guanxi.imports.models import Import
from guanxi.platform import Platform

FAR = CUSTOMERS.batch + 100
"""Rows apart, so that they are of different batches."""


def test_a_customer_who_comes_again_far_below_is_announced_once(
    platform: Platform, prepare: Prepare
) -> None:
    again = {FAR: 1, FAR + 1: FAR - 1}
    lines = [f"Customer {n},c{again.get(n, n)}@example.com" for n in range(FAR + 2)]
    run = prepare("customers", "\n".join(["name,email", *lines]))

    would = run.check()
    run.execute()
    with platform.database.read() as session:
        became = session.get_one(Import, run.row.id).counts

    assert (would.created, would.changed) == (FAR, 2)
    assert (became["created"], became["changed"]) == (FAR, 2)


def test_a_purchase_that_comes_again_far_below_is_announced_once(prepare: Prepare) -> None:
    numbers = count()
    lines = [f"2026-01-02,call,phone,{next(numbers) % FAR}" for _ in range(FAR + 3)]
    header = "occurred_at,kind,channel,external_id"
    run = prepare("touchpoints", "\n".join([header, *lines]), source="shop")

    would = run.check()

    assert (would.created, would.unchanged) == (FAR, 3)


def test_what_was_refused_before_is_not_taken_for_there() -> None:
    rehearsal = Rehearsal("changed")

    assert rehearsal.corrected(["created"], [["a"]]) == ["created"]
    refused = Invalid("No.")
    assert rehearsal.corrected([refused, "created"], [["b"], ["a"]]) == [refused, "changed"]
    assert rehearsal.corrected(["created"], [["b"]]) == ["created"]


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    rehearsal = Rehearsal("changed", most=1)
    rehearsal.corrected(["created", "created"], [["a"], ["b"]])

    assert rehearsal.corrected(["created", "created"], [["a"], ["b"]]) == ["changed", "created"]
