"""Reports tie out to the ledger to the unit, whatever happened, as of any instant."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.ledger.till import Till
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Refused
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.moments import end_of
from guanxi_loyalty.programmes import change_policies, find_programme
from guanxi_loyalty.reports.asking import Question, ask
from guanxi_loyalty.reports.expiring import expiring_soon
from guanxi_loyalty.reports.liability import liability
from guanxi_loyalty.reports.months import earn_and_burn, outstanding, redemption_rate
from guanxi_loyalty.reports.tables import table_of

START = datetime(2026, 1, 25, 23, 30, tzinfo=UTC)
POLICIES = {
    "expiry": {"runs": "age", "months": 2},
    "pending_days": 5,
    "debts": True,
    "adjust_limit": None,
    "thousand_worth": 800,
    "breakage": 2000,
}
Opened = Callable[..., AbstractContextManager[Session]]


@dataclass
class Season:
    """Half a year of whatever members do, and what was outstanding after each step."""

    till: Till
    draw: random.Random
    noted: list[tuple[datetime, int]] = field(default_factory=list)
    earned: list[Any] = field(default_factory=list)
    spent: list[Any] = field(default_factory=list)
    held: list[Any] = field(default_factory=list)

    def step(self, people: list[UUID]) -> None:
        who, amount = self.draw.choice(people), self.draw.randint(1, 90)
        self.till.now += timedelta(hours=self.draw.randint(1, 60))
        for one in people:
            self.till.settle(one)
        with suppress(Refused):
            self._do(self.draw.choice("eeesshrrbat"), who, amount, self.draw.choice(people))
        self.noted.append((self.till.now, self.held_by_members()))

    def _do(self, what: str, who: UUID, amount: int, other: UUID) -> None:
        till = self.till
        if what == "e":
            self.earned.append(till.earn(who, amount).transaction_id)
        elif what == "s":
            self.spent.append(till.redeem(who, amount).transaction_id)
        elif what == "h":
            self.held.append(till.hold(who, amount, minutes=5000).transaction_id)
        elif what == "r" and self.earned:
            till.reverse(self.draw.choice(self.earned), self.draw.randint(1, 40))
        elif what == "b" and self.spent:
            till.reverse(self.draw.choice(self.spent), self.draw.randint(1, 40))
        elif what == "a":
            till.adjust(who, self.draw.choice([amount, -amount]), "why")
        elif what == "t" and who != other:
            till.transfer(who, other, amount)

    def held_by_members(self) -> int:
        """Return what accounts hold now, by the numbers that are stored beside the entries."""
        found = self.till.session.execute(
            text(
                "SELECT coalesce(sum(balance + held), 0) + (SELECT coalesce(sum(remaining), 0) "
                "FROM loyalty_lots WHERE NOT active) FROM loyalty_accounts "
                "WHERE unit_id = :unit AND purpose = 'member'"
            ),
            {"unit": self.till.unit.id},
        )
        return int(found.scalar_one())


@pytest.fixture(scope="module", params=[7])
def seed(request: pytest.FixtureRequest) -> int:
    """What the season is drawn by."""
    return int(request.param)


@pytest.fixture
def season(writing: Opened, seed: int) -> Season:
    """A season that is over; one member was erased in it."""
    with writing() as session:
        programme = find_programme(session, "club")
        change_policies(session, programme, POLICIES, now=START, by="test")
        session.flush()
        till = Till(session, load_unit(session, "club", "points", fresh=True), now=START)
        people = [till.member() for _ in range(5)]
        done = Season(till, random.Random(seed))
        for _ in range(110):
            done.step(people)
        till.erase(people.pop())
        for _ in range(10):
            done.step(people)
        assert till.verify() == []
    return done


def question(session: Session, season: Season, **more: Any) -> Question:
    return ask(session, "club", now=season.till.now, **{"since": date(2026, 1, 1), **more})


def test_opening_and_movements_make_the_closing(season: Season, writing: Opened) -> None:
    with writing(season.till.now) as session:
        months = earn_and_burn(session, question(session, season))
        unit = season.till.unit

        assert months[0].opening == 0
        assert [one.closing for one in months[:-1]] == [one.opening for one in months[1:]]
        for one, following in zip(months, [*months[1:], None], strict=True):
            assert one.opening + one.moved.total == one.closing
            last = following.month if following else None
            upto = end_of(last - timedelta(days=1), unit.zone) if last else season.till.now
            instant = upto - timedelta(microseconds=1) if last else upto
            assert one.closing == outstanding(session, unit.id, instant)
        assert months[-1].closing == season.noted[-1][1]
        assert {name for one in months for name in moved(one)} >= {
            "issued", "taken_back", "redeemed", "given_back", "expired", "adjusted",
        }  # fmt: skip


def moved(month: Any) -> set[str]:
    """Return which kinds of movements a month has."""
    return {name for name in month.moved.__slots__ if getattr(month.moved, name)}


def test_any_past_instant_is_as_it_was_then(season: Season, writing: Opened) -> None:
    with writing(season.till.now) as session:
        for instant, then in season.noted[::10]:
            asked = question(session, season, as_of=instant)
            found = liability(session, asked)

            assert (found.outstanding, found.ledger, found.ties) == (then, then, True)
            assert earn_and_burn(session, asked)[-1].closing == then


def test_the_liability_is_made_of_all_that_moved(season: Season, writing: Opened) -> None:
    with writing(season.till.now) as session:
        found = liability(session, question(session, season))
        ever = redemption_rate(session, question(session, season)).ever

        assert found.issued + found.adjusted - found.redeemed - found.gone == found.outstanding
        assert (ever.issued, ever.redeemed) == (found.issued, found.redeemed)
        assert (found.sold, found.free) == (0, found.issued + found.adjusted)
        assert 0 <= found.still_expected <= max(found.outstanding, 0)
        assert found.deferred == 0
        assert found.total == found.deferred_free


def test_what_runs_out_is_what_lots_have_left(season: Season, writing: Opened) -> None:
    for instant, _ in season.noted[30::25]:
        with writing(season.till.now) as session:
            found = expiring_soon(session, question(session, season, as_of=instant), (30, 60, 90))

        assert [one.units for one in found] == sorted(one.units for one in found)
        assert found[-1].units == left_at(season, writing, instant)


def left_at(season: Season, writing: Opened, instant: datetime) -> int:
    """Return what lots had left at an instant; after 90 days all of them have run out."""
    with writing(season.till.now) as session:
        lots = session.execute(
            text(
                "SELECT coalesce(sum(l.amount), 0) FROM loyalty_lots l "
                "JOIN loyalty_transactions t ON t.id = l.transaction_id "
                "WHERE t.effective_at <= :instant AND t.unit_id = :unit"
            ),
            {"instant": instant, "unit": season.till.unit.id},
        ).scalar_one()
        taken = session.execute(
            text(
                "SELECT coalesce(sum(x.amount), 0) FROM loyalty_allocations x "
                "JOIN loyalty_transactions t ON t.id = x.transaction_id "
                "WHERE t.effective_at <= :instant AND t.unit_id = :unit"
            ),
            {"instant": instant, "unit": season.till.unit.id},
        ).scalar_one()
    return int(lots - taken)


def test_a_table_has_the_same_figures(season: Season, writing: Opened) -> None:
    with writing(season.till.now) as session:
        asked = question(session, season)
        rows = table_of(session, "months", asked).records()

        assert [one["closing"] for one in rows] == [
            one.closing for one in earn_and_burn(session, asked)
        ]
        assert rows[0]["month"] == date(2026, 1, 1)
