"""The lots and holds of one member at an instant, and what taking something back would do."""

from datetime import timedelta

from plugins.loyalty.tests.ledger.till import Till

from guanxi_loyalty.ledger.foreseeing import left_of_each, reverse_and_tell
from guanxi_loyalty.ledger.holdings import holds_of, idle_of, lots_of

DAY = timedelta(days=1)


def test_lots_stand_in_the_order_of_spending_without_those_that_ran_out(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10)
    till.earn(ann, 20, expires_at=till.now + 9 * DAY)
    till.earn(ann, 30, expires_at=till.now + 5 * DAY)
    till.redeem(ann, 12)

    now = [lot.remaining for lot in lots_of(till.session, till.unit, ann, now=till.now)]
    late = lots_of(till.session, till.unit, ann, now=till.now + 6 * DAY)

    assert now == [18, 20, 10]
    assert [lot.remaining for lot in late] == [20, 10]


def test_units_that_run_out_by_idleness_are_gone_then(till: Till) -> None:
    till.policies(expiry={"runs": "inactivity", "days": 3})
    ann = till.member()
    till.earn(ann, 10)
    idle = idle_of(till.session, till.unit, ann)
    assert idle is not None

    assert len(lots_of(till.session, till.unit, ann, now=idle - timedelta(seconds=1))) == 1
    assert lots_of(till.session, till.unit, ann, now=idle) == []


def test_holds_are_open_until_their_time_is_over(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100)
    first = till.hold(ann, 10, minutes=5).transaction_id
    second = till.hold(ann, 20, minutes=50).transaction_id
    third = till.hold(ann, 30, minutes=50).transaction_id
    till.release(third)

    late = till.now + timedelta(minutes=5)

    def ids(at: object, **more: bool) -> set[object]:
        found = holds_of(till.session, till.unit, ann, now=at, **more)  # type: ignore[arg-type]
        return {hold.id for hold in found}

    assert ids(till.now) == {first, second}
    assert ids(late) == {second}
    assert ids(late, every=True) == {first, second, third}


def test_what_would_be_put_back_is_told_lot_by_lot(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10)
    ends = till.now + 5 * DAY
    till.earn(ann, 30, expires_at=ends)
    spent = till.redeem(ann, 35).transaction_id

    found = reverse_and_tell(till.session, till.ask(), ann, spent, 7)

    assert (found.moved, found.balance, found.debt) == (7, (5, 12), (0, 0))
    assert [(one.change, one.expires_at) for one in found.lots] == [(2, ends), (5, None)]
    assert left_of_each(till.session, [spent]) == {spent: 28}


def test_another_outcome_has_another_mark(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10)
    spent = till.redeem(ann, 8).transaction_id
    marks = set()
    for amount in (1, 1, 2):
        savepoint = till.session.begin_nested()
        marks.add(reverse_and_tell(till.session, till.ask(), ann, spent, amount).mark)
        savepoint.rollback()
    till.earn(ann, 1)
    marks.add(reverse_and_tell(till.session, till.ask(), ann, spent, 1).mark)

    assert len(marks) == 3
