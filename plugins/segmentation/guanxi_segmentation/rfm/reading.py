"""What people look at: the heat map of scores, and how many customers are in which class.

Everything is within the sight of whoever asks; a job or a command sees everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from guanxi.sdk import NotFound, customers
from guanxi_segmentation.models import RfmCut, RfmScore
from guanxi_segmentation.rfm.classes import EIGHT, ELEVEN, SCORES
from guanxi_segmentation.texts import N_

_NO_VERSION: Final = 2**31


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers with one recency and one frequency score; money in the company's currency."""

    r: int
    f: int
    customers: int
    monetary: Decimal
    average: Decimal | None
    """Money per customer; None where there is nobody."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many customers are in a class, and what they spent, in the company's currency."""

    key: str
    customers: int
    monetary: Decimal


def heat_map(session: Session) -> list[Cell]:
    """Return all 25 cells of recency by frequency, r and f ascending."""
    s = RfmScore
    counted = select(s.r, s.f, func.count(), func.sum(s.monetary)).group_by(s.r, s.f)
    rows = session.execute(counted.where(customers.in_sight(session, s.customer_id)))
    found = {(r, f): (count, money) for r, f, count, money in rows}
    return [_cell(r, f, *found.get((r, f), (0, Decimal(0)))) for r in SCORES for f in SCORES]


def segment_counts(session: Session) -> Mapping[str, int]:
    """Return how many customers are in each of the eleven segments, none left out."""
    return {size.key: size.customers for size in segment_sizes(session)}


def eight_counts(session: Session) -> Mapping[str, int]:
    """Return how many customers are in each of the eight classes (八类客户), none left out."""
    return {size.key: size.customers for size in eight_sizes(session)}


def segment_sizes(session: Session) -> list[Size]:
    """Return customers and money of the eleven segments, in their order, none left out."""
    return _sizes(session, RfmScore.segment, ELEVEN)


def eight_sizes(session: Session) -> list[Size]:
    """Return customers and money of the eight classes (八类客户), in their order."""
    return _sizes(session, RfmScore.eight, EIGHT)


def cuts(session: Session, *, limit: int = 20, before: int | None = None) -> Sequence[RfmCut]:
    """Return the cuts that were made, the latest first.

    :param before: only versions below this one.
    """
    found = select(RfmCut).order_by(RfmCut.version.desc()).limit(limit)
    if before is not None:
        found = found.where(RfmCut.version < before)
    return session.scalars(found).all()


def cut_of(session: Session, version: int) -> RfmCut:
    """Return the cut of a version.

    :raises NotFound: there is none.
    """
    found = session.get(RfmCut, version) if 0 < version < _NO_VERSION else None
    if found is None:
        raise NotFound(N_("There are no break points of version %(version)s."), version=version)
    return found


def score_of(session: Session, customer_id: UUID) -> RfmScore | None:
    """Return a customer's scores; None for who never ordered (under quantiles)."""
    return session.get(RfmScore, customer_id, populate_existing=True)


def _cell(r: int, f: int, count: int, money: Decimal) -> Cell:
    return Cell(r, f, count, money, round(money / count, 4) if count else None)


def _sizes(
    session: Session, column: InstrumentedAttribute[str], names: Mapping[str, object]
) -> list[Size]:
    counted = select(column, func.count(), func.sum(RfmScore.monetary)).group_by(column)
    rows = session.execute(counted.where(customers.in_sight(session, RfmScore.customer_id)))
    found = {key: (count, money) for key, count, money in rows}
    return [Size(key, *found.get(key, (0, Decimal(0)))) for key in names]
