"""All commands in any order against an oracle; every invariant is checked after each step."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from plugins.loyalty.tests.ledger.oracle import Member, Oracle, Spend
from plugins.loyalty.tests.ledger.till import Till
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Refused
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.ledger.reading import standing

START = datetime(2026, 1, 10, 12, tzinfo=UTC)
MEMBERS = st.integers(0, 2)
AMOUNTS = st.integers(1, 60)
DAYS = st.one_of(st.none(), st.integers(1, 40))


class Machine(RuleBasedStateMachine):
    """A till and an oracle, side by side."""

    session: ClassVar[Session]
    till: ClassVar[Till]
    debts: ClassVar[bool]
    ids: ClassVar[list[UUID]]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.till.now = START
        self.till.policies(debts=self.debts)
        self.ids = [self.till.member() for _ in range(3)]
        self.oracle = Oracle(self.debts, START, [Member() for _ in self.ids])
        self.earned: list[tuple[int, UUID, int, int, int]] = []
        self.spent: list[tuple[int, UUID, Spend]] = []
        self.held: list[tuple[int, UUID]] = []
        self.merged: list[tuple[int, int]] = []
        self.numbers = count()

    def teardown(self) -> None:
        self.savepoint.rollback()

    @rule(days=st.integers(0, 20), hours=st.integers(0, 30))
    def time_passes(self, days: int, hours: int) -> None:
        self.till.now += timedelta(days=days, hours=hours)
        self.oracle.go_to(self.till.now)

    @rule(who=MEMBERS, amount=AMOUNTS, pending=st.integers(0, 10), lives=DAYS)
    def earn(self, who: int, amount: int, pending: int, lives: int | None) -> None:
        starts = self.till.now + timedelta(days=pending)
        ends = None if lives is None else starts + timedelta(days=lives)
        receipt = self.till.earn(self.ids[who], amount, activates_at=starts, expires_at=ends)
        origin = self.oracle.earn(self.oracle.members[who], amount, starts, ends)
        self.earned.append((who, receipt.transaction_id, origin, amount, 0))

    @rule(who=MEMBERS, amount=AMOUNTS)
    def spend(self, who: int, amount: int) -> None:
        spend = self.oracle.spend(self.oracle.members[who], amount)
        if spend is None:
            with pytest.raises(Refused):
                self.till.redeem(self.ids[who], amount)
        else:
            receipt = self.till.redeem(self.ids[who], amount)
            self.spent.append((who, receipt.transaction_id, spend))

    @rule(who=MEMBERS, amount=AMOUNTS, minutes=st.integers(1, 3000))
    def hold(self, who: int, amount: int, minutes: int) -> None:
        member = self.oracle.members[who]
        spend = self.oracle.spend(member, amount)
        if spend is None:
            with pytest.raises(Refused):
                self.till.hold(self.ids[who], amount, minutes=minutes)
            return
        receipt = self.till.hold(self.ids[who], amount, minutes=minutes)
        key = str(receipt.transaction_id)
        member.holds[key] = (spend, self.till.now + timedelta(minutes=minutes))
        self.held.append((who, receipt.transaction_id))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), part=st.integers(0, 60))
    def end_hold(self, data: Any, part: int) -> None:
        _, hold = data.draw(st.sampled_from(self.held))
        owner = next((m for m in self.oracle.members if str(hold) in m.holds), None)
        if owner is None:
            with pytest.raises(Conflict):
                self.till.release(hold)
            return
        spend, _ = owner.holds[str(hold)]
        if part > spend.left:
            with pytest.raises(Refused):
                self.till.capture(hold, part)
            return
        del owner.holds[str(hold)]
        self.oracle.give_back(owner, spend, spend.left - part)
        if part:
            receipt = self.till.capture(hold, part)
            who = self.oracle.members.index(owner)
            self.spent.append((who, receipt.transaction_id, spend))
        else:
            self.till.release(hold)

    @precondition(lambda self: self.spent)
    @rule(data=st.data(), part=st.integers(1, 60))
    def reverse_spend(self, data: Any, part: int) -> None:
        who, transaction, spend = data.draw(st.sampled_from(self.spent))
        customer = self.ids[who]
        if part > spend.left:
            with pytest.raises(Refused):
                self.till.reverse(transaction, part, customer_id=customer)
            return
        self.till.reverse(transaction, part, customer_id=customer)
        self.oracle.give_back(self.oracle.members[who], spend, part)

    @precondition(lambda self: self.earned)
    @rule(data=st.data(), part=st.integers(1, 60))
    def take_back(self, data: Any, part: int) -> None:
        place = data.draw(st.integers(0, len(self.earned) - 1))
        who, transaction, origin, amount, gone = self.earned[place]
        customer = self.ids[who]
        if part > amount - gone:
            with pytest.raises(Refused):
                self.till.reverse(transaction, part, customer_id=customer)
            return
        receipt = self.till.reverse(transaction, part, customer_id=customer)
        missing = self.oracle.take_back(self.oracle.members[who], origin, part)
        assert (receipt.amount, receipt.shortfall) == (part - missing, missing)
        self.earned[place] = (who, transaction, origin, amount, gone + part)

    @rule(who=MEMBERS, to=MEMBERS, amount=AMOUNTS)
    def replay_and_crash(self, who: int, to: int, amount: int) -> None:
        """A command that is sent twice works once; one that breaks off works not at all."""
        key = f"twice-{next(self.numbers)}"
        first = self.till.earn(self.ids[who], amount, key=key)
        assert self.till.earn(self.ids[who], amount, key=key) == first
        with pytest.raises(Conflict):
            self.till.earn(self.ids[who], amount + 1, key=key)
        origin = self.oracle.earn(self.oracle.members[who], amount, self.till.now, None)
        self.earned.append((who, first.transaction_id, origin, amount, 0))
        lost = self.session.begin_nested()
        self.till.earn(self.ids[to], amount)
        lost.rollback()

    @rule(kept=MEMBERS, merged=MEMBERS)
    def merge(self, kept: int, merged: int) -> None:
        if kept == merged:
            return
        self.till.merge(self.ids[kept], self.ids[merged])
        source, target = self.oracle.members[merged], self.oracle.members[kept]
        target.debt, source.debt = target.debt + source.debt, 0
        self.oracle.hand(source, target, source.lots)
        target.holds.update(source.holds)
        source.holds = {}
        self.merged.append((kept, merged))
        self.earned = [(kept if e[0] == merged else e[0], *e[1:]) for e in self.earned]
        self.spent = [(kept if s[0] == merged else s[0], *s[1:]) for s in self.spent]

    @precondition(lambda self: self.merged)
    @rule(data=st.data())
    def unmerge(self, data: Any) -> None:
        pair = data.draw(st.sampled_from(self.merged))
        self.merged.remove(pair)
        kept, merged = pair
        self.till.unmerge(self.ids[kept], self.ids[merged])
        source, target = self.oracle.members[kept], self.oracle.members[merged]
        brought = {lot.origin for lot in target.lots}
        self.oracle.hand(source, target, [lot for lot in source.lots if lot.origin in brought])

    @rule(who=MEMBERS)
    def erase(self, who: int) -> None:
        self.till.erase(self.ids[who])
        member = self.oracle.members[who]
        member.lots, member.debt, member.holds = [], 0, {}
        self.earned = [one for one in self.earned if one[0] != who]
        self.spent = [one for one in self.spent if one[0] != who]
        self.merged = [pair for pair in self.merged if who not in pair]
        self.ids[who] = self.till.member()

    @invariant()
    def nothing_is_lost_doubled_or_changed(self) -> None:
        now, members = self.till.now, self.oracle.members
        for customer, member in zip(self.ids, members, strict=True):
            seen = standing(self.session, self.till.unit, customer, now=now)
            held = sum(spend.left for spend, _ in member.holds.values())
            has = member.balance(now), member.pending(now), held
            assert (seen.balance, seen.pending, seen.held) == has
        self.till.settle(*self.ids)
        stored, pending = self.till.stored(self.ids)
        for one, member in zip(stored, members, strict=True):
            assert one.balance == one.as_of == member.balance(now)
            lots = [(lot.ends, lot.left) for lot in member.lots if lot.left]
            assert sorted(map(str, one.lots)) == sorted(map(str, lots))
        assert pending == sum(member.pending(now) for member in members)
        assert self.till.verify() == []


def run(
    writing: Callable[..., AbstractContextManager[Session]], *, debts: bool, examples: int
) -> None:
    """Run the machine so many times, forty steps each, in one transaction."""
    with writing() as session:
        Machine.session, Machine.debts = session, debts
        Machine.till = Till(session, load_unit(session, "club", "points"))
        case = Machine.TestCase()
        case.settings = settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        case.runTest()


@pytest.mark.parametrize("debts", [False, True])
def test_the_ledger_does_what_the_oracle_says(
    writing: Callable[..., AbstractContextManager[Session]], *, debts: bool
) -> None:
    run(writing, debts=debts, examples=5)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("debts", [False, True])
@pytest.mark.parametrize("part", range(3))
def test_the_ledger_does_so_over_fifty_thousand_steps(
    writing: Callable[..., AbstractContextManager[Session]], part: int, *, debts: bool
) -> None:
    """Six parts of 220 runs with up to forty steps."""
    assert part < 3
    run(writing, debts=debts, examples=220)
