"""What a member has, now and then, and what the jobs do about it."""

from datetime import UTC, datetime, timedelta

from plugins.loyalty.tests.ledger.till import Till
from sqlalchemy import select

from guanxi_loyalty import jobs
from guanxi_loyalty.ledger.reading import Standing, balance_at, standing, statement
from guanxi_loyalty.models import Programme

JAN = datetime(2026, 1, 10, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    return JAN + timedelta(days=number)


def test_a_standing_tells_what_can_be_spent_what_waits_and_what_runs_out(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100, expires_at=day(20))
    till.earn(ann, 50)
    till.earn(ann, 7, activates_at=day(5))
    till.hold(ann, 30)

    assert standing(till.session, till.unit, ann, now=till.now) == Standing(
        balance=120, pending=7, held=30, soon=70, next_end=day(20)
    )


def test_a_standing_is_right_though_no_job_has_run_yet(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100, expires_at=day(20))
    till.earn(ann, 50, activates_at=day(15))
    till.hold(ann, 30, minutes=60)

    found = standing(till.session, till.unit, ann, now=day(18))
    assert (found.balance, found.held) == (150, 0)
    assert standing(till.session, till.unit, ann, now=day(21)).balance == 50
    till.now = day(21)
    till.settle(ann)
    assert till.balance(ann) == 50


def test_what_came_back_in_time_has_paid_what_is_owed_though_it_has_run_out_since(
    till: Till,
) -> None:
    till.policies(debts=True)
    ann = till.member()
    first = till.earn(ann, 22, expires_at=day(6))
    till.earn(ann, 24)
    till.hold(ann, 43, minutes=1)
    till.reverse(first.transaction_id, 17)
    assert till.balance(ann) == -14

    seen = standing(till.session, till.unit, ann, now=day(19))
    till.now = day(19)
    till.settle(ann)

    assert (seen.balance, seen.debt, till.balance(ann)) == (21, 0, 21)


def test_whoever_has_nothing_has_nothing(till: Till) -> None:
    assert standing(till.session, till.unit, till.member(), now=till.now) == Standing()


def test_a_balance_of_any_past_instant_is_the_sum_of_its_entries(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100)
    till.now = day(3)
    till.redeem(ann, 40)

    assert [balance_at(till.session, till.unit, ann, day(number)) for number in (-1, 0, 2, 3)] == [
        0,
        100,
        100,
        60,
    ]


def test_a_statement_tells_each_change_the_latest_first(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 100)
    till.now = day(1)
    till.adjust(ann, -10, "counted twice")

    latest, first = statement(till.session, till.unit, ann)

    assert (latest.kind, latest.change, latest.remark) == ("adjust", -10, "counted twice")
    assert (first.kind, first.change, first.remark) == ("earn", 100, None)
    assert statement(till.session, till.unit, ann, before=latest.transaction_id) == [first]


def test_the_job_settles_accounts_that_nobody_touches_and_twice_changes_nothing(till: Till) -> None:
    people = [till.member() for _ in range(3)]
    for number, one in enumerate(people):
        till.earn(one, 10, expires_at=day(number + 1))

    assert jobs.settle_due(till.session, day(2)) == {"accounts": 2}
    assert [till.balance(one) for one in people] == [0, 0, 10]
    assert till.as_of(people[1], day(1)) == 10
    assert jobs.settle_due(till.session, day(2)) == {"accounts": 0}


def test_a_mismatch_makes_the_programme_read_only(till: Till) -> None:
    till.earn(till.member(), 10)
    assert jobs.check(till.session, day(1)) == {"mismatches": {}}

    till.execute("UPDATE loyalty_lots SET remaining = remaining - 1")

    found = jobs.check(till.session, day(1))["mismatches"]["club.points"]
    assert "a lot has not left what was not taken" in found
    state = till.session.scalar(select(Programme.state))
    assert state == "read_only"
