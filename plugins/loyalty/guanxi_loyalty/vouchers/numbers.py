"""How much codes were used and what they took off (用券统计): by set, of customers in sight."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_loyalty.models import Code, CodeSet, CodeUse, Programme


@dataclass(frozen=True, slots=True)
class SetNumbers:
    """Uses of the codes of a set, without those taken back; the discount in minor units."""

    uses: int = 0
    discount: int = 0


@dataclass(frozen=True, slots=True)
class CodeNumbers:
    """Codes of a set: made, used at least once, blocked."""

    made: int
    used: int
    blocked: int


def numbers_of(session: Session, programme: Programme) -> Mapping[UUID, SetNumbers]:
    """Return the numbers of all sets of a programme that were used, by set.

    Orders of nobody known count for whoever asks.
    """
    rows = session.execute(
        select(Code.set_id, func.count(), func.sum(CodeUse.discount))
        .join(Code, Code.id == CodeUse.code_id)
        .join(CodeSet, CodeSet.id == Code.set_id)
        .where(
            CodeSet.programme_id == programme.id,
            CodeUse.state == "redeemed",
            _seen(session, CodeUse.customer_id),
        )
        .group_by(Code.set_id)
    )
    return {set_id: SetNumbers(count, int(total)) for set_id, count, total in rows}


def code_numbers(session: Session, found: CodeSet) -> CodeNumbers:
    """Return how many codes of a set there are, and how they stand."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Code.used > 0),
            func.count().filter(Code.blocked),
        ).where(Code.set_id == found.id)
    ).one()
    return CodeNumbers(*row)


def _seen(session: Session, column: object) -> ColumnElement[bool]:
    return or_(column.is_(None), customers.in_sight(session, column))  # type: ignore[attr-defined]
