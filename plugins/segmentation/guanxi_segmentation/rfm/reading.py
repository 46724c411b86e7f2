"""What people look at: the heat map of scores, and how many customers are in which class."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from guanxi_segmentation.models import RfmScore
from guanxi_segmentation.rfm.classes import EIGHT, ELEVEN, SCORES


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers with one recency and one frequency score; money in the company's currency."""

    r: int
    f: int
    customers: int
    monetary: Decimal
    average: Decimal | None
    """Money per customer; None where there is nobody."""


def heat_map(session: Session) -> list[Cell]:
    """Return all 25 cells of recency by frequency, r and f ascending."""
    s = RfmScore
    rows = session.execute(select(s.r, s.f, func.count(), func.sum(s.monetary)).group_by(s.r, s.f))
    found = {(r, f): (count, money) for r, f, count, money in rows}
    return [_cell(r, f, *found.get((r, f), (0, Decimal(0)))) for r in SCORES for f in SCORES]


def segment_counts(session: Session) -> Mapping[str, int]:
    """Return how many customers are in each of the eleven segments, none left out."""
    return _counts(session, RfmScore.segment, ELEVEN)


def eight_counts(session: Session) -> Mapping[str, int]:
    """Return how many customers are in each of the eight classes (八类客户), none left out."""
    return _counts(session, RfmScore.eight, EIGHT)


def score_of(session: Session, customer_id: UUID) -> RfmScore | None:
    """Return a customer's scores; None for who never ordered (under quantiles)."""
    return session.get(RfmScore, customer_id, populate_existing=True)


def _cell(r: int, f: int, count: int, money: Decimal) -> Cell:
    return Cell(r, f, count, money, round(money / count, 4) if count else None)


def _counts(
    session: Session, column: InstrumentedAttribute[str], names: Mapping[str, object]
) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).group_by(column))
    found = {row[0]: row[1] for row in rows}
    return {key: found.get(key, 0) for key in names}
