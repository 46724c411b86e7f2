"""Each command of the ledger, by example."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from plugins.loyalty.tests.ledger.till import Till

from guanxi.sdk import Conflict, Invalid, NotFound, Refused

JAN = datetime(2026, 1, 10, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    return JAN + timedelta(days=number)


def test_what_was_earned_can_be_spent(till: Till) -> None:
    ann = till.member()

    earned = till.earn(ann, 100)
    spent = till.redeem(ann, 30)

    assert (earned.balance, spent.balance) == (100, 70)
    assert till.own("issuance") == -100
    assert till.own("redemption") == 30
    assert till.verify() == []


def test_more_than_there_is_cannot_be_spent(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10)

    with pytest.raises(Refused, match="There are 10 to spend, and this takes 11"):
        till.redeem(ann, 11)

    assert till.balance(ann) == 10


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, "5", None, 10**15 + 1])
def test_an_amount_that_is_no_number_of_units_is_refused(till: Till, amount: object) -> None:
    ann = till.member()

    with pytest.raises(Invalid, match="whole number of units"):
        till.earn(ann, amount)  # type: ignore[arg-type]


def test_the_same_key_gives_the_first_answer_again(till: Till) -> None:
    ann = till.member()
    first = till.earn(ann, 100, key="order-1")
    till.redeem(ann, 40)

    again = till.earn(ann, 100, key="order-1")

    assert again == first
    assert again.replayed
    assert till.balance(ann) == 60


def test_the_same_key_for_another_request_is_refused(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100, key="order-1")

    with pytest.raises(Conflict, match="The key order-1 was used for another request"):
        till.earn(ann, 101, key="order-1")


def test_what_runs_out_soonest_is_spent_first(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10)  # never runs out
    till.earn(ann, 10, expires_at=day(300))
    till.earn(ann, 10, expires_at=day(200))

    till.redeem(ann, 15)

    assert till.lots(ann) == [(day(300), 5), (None, 10)]


def test_units_that_have_run_out_are_not_spent_though_no_job_ran(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100, expires_at=day(30))
    till.redeem(ann, 80)
    till.earn(ann, 50)

    till.now = day(31)

    assert till.redeem(ann, 50).balance == 0
    assert till.own("breakage") == 20
    assert till.as_of(ann, day(29)) == 70
    assert till.as_of(ann, day(30)) == 50


def test_pending_units_cannot_be_spent_before_their_day(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100, activates_at=day(14))

    with pytest.raises(Refused, match="There are 0 to spend"):
        till.redeem(ann, 1)
    assert till.own("pending") == 100

    till.now = day(14)
    assert till.redeem(ann, 100).balance == 0
    assert till.own("pending") == 0


def test_a_reversed_redemption_goes_back_to_the_same_lots(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10, expires_at=day(200))
    till.earn(ann, 10, expires_at=day(300))
    spent = till.redeem(ann, 15)

    till.reverse(spent.transaction_id, 8)
    assert till.lots(ann) == [(day(200), 3), (day(300), 10)]

    till.reverse(spent.transaction_id)
    assert till.lots(ann) == [(day(200), 10), (day(300), 10)]
    with pytest.raises(Refused, match="Of these 15 only 0 are left"):
        till.reverse(spent.transaction_id)


def test_units_put_back_after_they_ran_out_are_gone_from_then_on(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10, expires_at=day(10))
    spent = till.redeem(ann, 10)
    till.now = day(20)

    till.reverse(spent.transaction_id)

    assert till.balance(ann) == 0
    assert till.own("breakage") == 10
    assert till.verify() == []


def test_units_put_back_after_they_ran_out_may_have_some_days_of_grace(till: Till) -> None:
    till.policies(grace_days=7)
    ann = till.member()
    till.earn(ann, 10, expires_at=day(10))
    spent = till.redeem(ann, 10)
    till.now = day(20)

    till.reverse(spent.transaction_id)

    assert till.lots(ann) == [(datetime(2026, 2, 7, tzinfo=UTC), 10)]
    assert till.verify() == []


def test_what_was_earned_is_taken_back_from_its_own_lot_first(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10, expires_at=day(100))
    earned = till.earn(ann, 10, expires_at=day(200))

    till.reverse(earned.transaction_id, 4)

    assert till.lots(ann) == [(day(100), 10), (day(200), 6)]


def test_spent_units_that_are_taken_back_are_owed_where_debts_are_allowed(till: Till) -> None:
    till.policies(debts=True)
    ann = till.member()
    earned = till.earn(ann, 100)
    till.redeem(ann, 80)

    back = till.reverse(earned.transaction_id)
    assert (back.amount, back.shortfall, back.balance) == (100, 0, -80)

    assert till.earn(ann, 50).balance == -30
    assert till.earn(ann, 50).balance == 20
    assert till.verify() == []


def test_elsewhere_never_more_is_taken_back_than_there_is(till: Till) -> None:
    ann = till.member()
    earned = till.earn(ann, 100)
    till.redeem(ann, 80)

    back = till.reverse(earned.transaction_id)

    assert (back.amount, back.shortfall, back.balance) == (20, 80, 0)


def test_a_hold_is_captured_in_part_and_the_rest_goes_back(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10, expires_at=day(200))
    till.earn(ann, 10, expires_at=day(300))
    held = till.hold(ann, 15)
    assert (held.balance, till.own("held")) == (5, 15)

    taken = till.capture(held.transaction_id, 12)

    assert taken.balance == 8
    assert till.lots(ann) == [(day(300), 8)]
    assert (till.own("held"), till.own("redemption")) == (0, 12)
    with pytest.raises(Conflict, match="taken or given back already"):
        till.release(held.transaction_id)


def test_a_hold_is_released_to_the_lots_it_came_from(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10, expires_at=day(200))
    held = till.hold(ann, 10)

    till.release(held.transaction_id)

    assert till.lots(ann) == [(day(200), 10)]


def test_a_hold_ends_by_itself_when_its_time_is_over(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10)
    held = till.hold(ann, 10, minutes=30)
    till.now += timedelta(minutes=30)

    with pytest.raises(Conflict, match="taken or given back already"):
        till.capture(held.transaction_id)
    assert till.redeem(ann, 10).balance == 0


def test_a_captured_hold_can_be_reversed(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10, expires_at=day(200))
    held = till.hold(ann, 10)
    taken = till.capture(held.transaction_id, 6)

    till.reverse(taken.transaction_id, 2)

    assert till.lots(ann) == [(day(200), 6)]
    assert till.own("redemption") == 4


def test_an_adjustment_says_why_and_a_large_one_has_two_persons(till: Till) -> None:
    ann = till.member()
    with pytest.raises(Invalid, match="Say why"):
        till.adjust(ann, 10, "  ")
    with pytest.raises(Refused, match="above 1000 needs the approval of a second person"):
        till.adjust(ann, 1001, "sorry", approved_by="test")

    assert till.adjust(ann, 1001, "sorry", approved_by="boss").balance == 1001
    assert till.adjust(ann, -1, "typo").balance == 1000
    assert till.own("adjustment") == -1000


def test_a_transfer_keeps_the_instants(till: Till) -> None:
    ann, bob = till.member(), till.member()
    till.earn(ann, 10, expires_at=day(100))
    till.earn(ann, 10, expires_at=day(200))

    till.transfer(ann, bob, 15)

    assert till.lots(bob) == [(day(100), 10), (day(200), 5)]
    assert till.lots(ann) == [(day(200), 5)]
    with pytest.raises(Invalid, match="the same"):
        till.transfer(ann, ann, 1)


def test_merging_brings_lots_pending_ones_debts_and_holds(till: Till) -> None:
    till.policies(debts=True)
    ann, bob = till.member(), till.member()
    till.earn(ann, 100, expires_at=day(100))
    owed = till.earn(bob, 30)
    till.redeem(bob, 30)
    till.reverse(owed.transaction_id)  # bob owes 30
    till.earn(bob, 7, activates_at=day(14))
    held = till.hold(ann, 20)

    till.merge(bob, ann)  # bob is kept

    assert till.balance(bob) == 50
    assert till.balance(ann) == 0
    assert till.verify() == []
    assert till.release(held.transaction_id).balance == 70
    assert till.lots(bob) == [(day(100), 50), (day(100), 20), (None, 7)]
    assert till.verify() == []


def test_taking_a_merge_back_returns_what_is_left_of_it(till: Till) -> None:
    ann, bob = till.member(), till.member()
    till.earn(ann, 10, expires_at=day(100))
    till.earn(bob, 10, expires_at=day(200))
    till.merge(bob, ann)
    till.redeem(bob, 4)

    till.unmerge(bob, ann)

    assert till.lots(ann) == [(day(100), 6)]
    assert till.lots(bob) == [(day(200), 10)]
    assert till.verify() == []


def test_erasing_writes_off_everything_and_forgets_remarks(till: Till) -> None:
    ann = till.member()
    till.adjust(ann, 10, "Ann rang and was unhappy")
    till.earn(ann, 5, activates_at=day(9))
    till.hold(ann, 4)

    till.erase(ann)

    assert (till.balance(ann), till.own("pending"), till.own("held")) == (0, 0, 0)
    assert till.remarks() == 0
    assert till.verify() == []


def test_units_run_out_when_a_member_is_idle(till: Till) -> None:
    till.policies(expiry={"runs": "inactivity", "months": 6})
    ann = till.member()
    till.earn(ann, 10)
    till.now = day(100)
    till.redeem(ann, 1)
    till.now = day(200)
    assert till.redeem(ann, 1).balance == 8
    till.now = day(400)

    with pytest.raises(Refused, match="There are 0 to spend"):
        till.redeem(ann, 1)
    till.settle(ann)
    assert till.own("breakage") == 8


def test_a_paused_or_read_only_programme_takes_no_commands(till: Till) -> None:
    ann = till.member()
    till.state("paused")
    with pytest.raises(Conflict, match="paused"):
        till.earn(ann, 1)
    till.state("read_only")
    with pytest.raises(Conflict, match="failed its check"):
        till.earn(ann, 1)


def test_there_is_no_transaction_or_hold_with_an_unknown_number(till: Till) -> None:
    with pytest.raises(NotFound):
        till.reverse(UUID(int=1))
    with pytest.raises(NotFound):
        till.capture(UUID(int=1))


@pytest.mark.parametrize("table", ["transactions", "entries", "allocations"])
@pytest.mark.parametrize("change", ["UPDATE {} SET amount = amount", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_ledger(
    till: Till, table: str, change: str
) -> None:
    ann = till.member()
    till.earn(ann, 1)
    till.redeem(ann, 1)

    with pytest.raises(Exception, match="The ledger is append-only"):
        till.execute(change.format(f"loyalty_{table}"))


@pytest.mark.parametrize("table", ["programmes", "units", "accounts"])
def test_the_database_itself_keeps_what_the_ledger_refers_to(till: Till, table: str) -> None:
    till.earn(till.member(), 1)

    with pytest.raises(Exception, match="The ledger is append-only: DELETE"):
        till.execute(f"DELETE FROM loyalty_{table}")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE loyalty_lots SET amount = amount + 1",
        "UPDATE loyalty_lots SET expires_at = now()",
        "DELETE FROM loyalty_lots",
    ],
)
def test_a_lot_keeps_its_amount_and_its_instants(till: Till, change: str) -> None:
    till.earn(till.member(), 1)

    with pytest.raises(Exception, match="A lot keeps its amount and its instants"):
        till.execute(change)


@pytest.mark.parametrize(
    ("tampered", "what"),
    [
        (
            "UPDATE loyalty_accounts SET balance = balance + 1 WHERE purpose = 'member'",
            "a balance is not the sum of its entries",
        ),
        (
            "UPDATE loyalty_lots SET remaining = remaining - 1",
            "a lot has not left what was not taken",
        ),
        (
            "UPDATE loyalty_accounts SET held = held + 1 WHERE purpose = 'member'",
            "an account holds other than its open holds",
        ),
        (
            (
                "INSERT INTO loyalty_entries SELECT transaction_id, gen_random_uuid(), 1, now(), "
                "true FROM loyalty_entries LIMIT 1"
            ),
            "an entry's transaction or account is not there, or of another unit",
        ),
        (
            (
                "INSERT INTO loyalty_allocations SELECT transaction_id, gen_random_uuid(), "
                "transaction_id, 1 FROM loyalty_lots"
            ),
            "what was taken has no lot, or no transaction",
        ),
        (
            (
                "INSERT INTO loyalty_lots SELECT gen_random_uuid(), account_id, gen_random_uuid(), "
                "id, 1, 1, true, now(), now() FROM loyalty_lots"
            ),
            "a lot's transaction or account is not there, or of another unit",
        ),
        (
            (
                "INSERT INTO loyalty_entries SELECT transaction_id, id, 1, now(), false "
                "FROM loyalty_accounts, loyalty_entries WHERE purpose = 'held' LIMIT 1"
            ),
            "an entry counts for tiers other than its kind says",
        ),
    ],
)
def test_the_check_finds_what_somebody_changed(till: Till, tampered: str, what: str) -> None:
    till.earn(till.member(), 10)

    till.execute(tampered)

    assert what in {mismatch.what for mismatch in till.verify()}


def test_units_that_become_spendable_pay_what_is_owed(till: Till) -> None:
    till.policies(debts=True)
    member = till.member()
    first = till.earn(member, 5)
    till.redeem(member, 5)
    till.earn(member, 4, activates_at=till.now + timedelta(days=1))
    till.reverse(first.transaction_id, 1)

    till.now += timedelta(days=2)
    till.settle(member)

    assert (till.balance(member), till.lots(member), till.verify()) == (3, [(None, 3)], [])


def test_units_that_came_back_from_a_hold_pay_before_those_that_begin(till: Till) -> None:
    till.policies(debts=True)
    member = till.member()
    first, _ = till.earn(member, 5), till.redeem(member, 5)
    till.earn(member, 1)
    till.hold(member, 1, minutes=1)
    till.earn(member, 4, activates_at=till.now + timedelta(days=1))
    till.reverse(first.transaction_id, 1)

    till.now += timedelta(days=2)
    till.settle(member)

    assert (till.balance(member), till.lots(member), till.verify()) == (4, [(None, 4)], [])


def test_units_that_come_back_pay_what_is_owed_before_they_can_run_out(till: Till) -> None:
    till.policies(debts=True)
    ann = till.member()
    earned = till.earn(ann, 10, expires_at=day(20))
    held = till.hold(ann, 4)
    till.reverse(earned.transaction_id)  # six are there, four are owed

    assert till.release(held.transaction_id).balance == 0
    assert till.lots(ann) == []

    till.now = day(30)
    till.settle(ann)
    assert (till.balance(ann), till.own("breakage"), till.verify()) == (0, 0, [])


def test_units_that_come_back_to_a_lot_that_is_over_pay_nothing(till: Till) -> None:
    till.policies(debts=True)
    ann = till.member()
    earned = till.earn(ann, 10, expires_at=day(20))
    held = till.hold(ann, 4, minutes=30 * 24 * 60)
    till.reverse(earned.transaction_id)
    till.now = day(25)

    till.release(held.transaction_id)

    assert (till.balance(ann), till.own("breakage"), till.verify()) == (-4, 4, [])
