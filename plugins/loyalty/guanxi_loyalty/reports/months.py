"""Earned and spent by month (积分收支月报): opening + movements = closing, to the unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.reports.asking import Question

_MOVED = text(
    """
    SELECT CAST(date_trunc('month', e.effective_at AT TIME ZONE :zone) AS date) AS month,
        -sum(e.amount) FILTER (WHERE a.purpose = 'issuance' AND e.amount < 0) AS issued,
        -sum(e.amount) FILTER (WHERE a.purpose = 'issuance' AND e.amount > 0) AS taken_back,
        -sum(e.amount) FILTER (WHERE a.purpose = 'redemption' AND e.amount > 0) AS redeemed,
        -sum(e.amount) FILTER (WHERE a.purpose = 'redemption' AND e.amount < 0) AS given_back,
        -sum(e.amount) FILTER (WHERE a.purpose = 'breakage' AND t.kind <> 'erase') AS expired,
        -sum(e.amount) FILTER (WHERE a.purpose = 'adjustment') AS adjusted,
        -sum(e.amount) FILTER (WHERE a.purpose = 'breakage' AND t.kind = 'erase') AS written_off
    FROM loyalty_accounts a JOIN loyalty_entries e ON e.account_id = a.id
    LEFT JOIN loyalty_transactions t ON a.purpose = 'breakage' AND t.id = e.transaction_id
    WHERE a.unit_id = :unit AND a.purpose IN ('issuance', 'redemption', 'breakage', 'adjustment')
      AND e.effective_at <= :as_of
    GROUP BY 1 ORDER BY 1
    """
)
_HELD = text(
    """
    SELECT coalesce(sum(e.amount), 0) FROM loyalty_accounts a
    JOIN loyalty_entries e ON e.account_id = a.id
    WHERE a.unit_id = :unit AND a.purpose IN ('member', 'pending', 'held')
      AND e.effective_at <= :as_of
    """
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved in a time, in whole units, as members see it: below zero is out of their hands.

    :param issued: earned (发放); :param taken_back: earned, and reversed since (冲回发放).
    :param redeemed: spent (兑换); :param given_back: spent, and reversed since (退还).
    :param expired: run out (过期); :param adjusted: by hand (调整).
    :param written_off: of erased customers (注销).
    """

    issued: int = 0
    taken_back: int = 0
    redeemed: int = 0
    given_back: int = 0
    expired: int = 0
    adjusted: int = 0
    written_off: int = 0

    @property
    def total(self) -> int:
        """By how much the outstanding units grew."""
        return sum(getattr(self, name) for name in MOVEMENTS)

    @property
    def net_issued(self) -> int:
        """What was issued, less what was taken back of it."""
        return self.issued + self.taken_back

    @property
    def net_redeemed(self) -> int:
        """What was spent, less what was given back; not below zero for spending."""
        return -(self.redeemed + self.given_back)


MOVEMENTS: Final = tuple(one.name for one in fields(Moved))


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month of the programme's zone; ``opening + moved.total == closing``."""

    month: date
    opening: int
    moved: Moved
    closing: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Issued and spent units, each net of reversals, and spent as part of issued."""

    issued: int
    redeemed: int
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Redemption:
    """Rates by month, ``within`` all months of the question, and ``ever``."""

    months: Mapping[date, Rate]
    within: Rate
    ever: Rate


def earn_and_burn(session: Session, question: Question) -> list[Month]:
    """Return what was outstanding and what moved, by month of the question's days.

    Whole units of the programme's spendable unit; months of the programme's zone, each whole but
    for what counts from after ``as_of``. From the entries of the unit's own accounts, which by
    double entry are what members' hold the other way round (Pacioli 1494); tied out to the
    members' side by :func:`outstanding`.
    """
    by_month = _moved_by_month(session, question)
    first = question.months[0]
    opening = sum(moved.total for month, moved in by_month.items() if month < first)
    found = []
    for month in question.months:
        moved = by_month.get(month, Moved())
        found.append(Month(month, opening, moved, opening + moved.total))
        opening = found[-1].closing
    return found


def since_the_beginning(session: Session, question: Question) -> Moved:
    """Return all that moved until ``as_of``, in whole units."""
    return summed(list(_moved_by_month(session, question).values()))


def summed(parts: Sequence[Moved]) -> Moved:
    """Return several times as one."""
    return replace(Moved(), **{name: sum(getattr(p, name) for p in parts) for name in MOVEMENTS})


def outstanding(session: Session, unit_id: UUID, as_of: datetime) -> int:
    """Return what members have as of an instant, pending and set aside included (未兑换积分).

    Whole units: the sum of the entries on members' accounts, and on those where pending and held
    units lie. What members owe is below zero and lessens it.
    """
    return int(session.execute(_HELD, {"unit": unit_id, "as_of": as_of}).scalar_one())


def redemption_rate(session: Session, question: Question) -> Redemption:
    """Return the redemption rate (兑换率) by month, of the months together, since the beginning.

    Units spent / units issued, each less what was reversed of it; None where none were issued.
    Months of the programme's zone. Spent units may have been issued in an earlier month, so a
    month's rate can be above one; the one since the beginning cannot.
    """
    by_month = _moved_by_month(session, question)
    months = [by_month.get(month, Moved()) for month in question.months]
    return Redemption(
        {month: rate_of(moved) for month, moved in zip(question.months, months, strict=True)},
        rate_of(summed(months)),
        rate_of(summed(list(by_month.values()))),
    )


def rate_of(moved: Moved) -> Rate:
    """Return the redemption rate of what moved."""
    issued, redeemed = moved.net_issued, moved.net_redeemed
    return Rate(issued, redeemed, Decimal(redeemed) / issued if issued > 0 else None)


def _moved_by_month(session: Session, question: Question) -> dict[date, Moved]:
    unit = question.unit
    values = {"unit": unit.id, "zone": str(unit.zone), "as_of": question.as_of}
    return {
        row.month: Moved(**{name: int(getattr(row, name) or 0) for name in MOVEMENTS})
        for row in session.execute(_MOVED, values)
    }
