"""A person's data: ratings, answers, mitigations, how the coefficient changed, scores.

A merge gives the merged customer's records to the kept one, and removes what is derived of them;
where both stand is worked out anew, at once and again when the event comes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guanxi_scoring.models import (
    AppetiteAnswers,
    CardScore,
    Mitigation,
    Rating,
    RiskChange,
    RiskStanding,
)
from guanxi_scoring.risk import standing
from guanxi_scoring.risk.scores import score_some

KEY: Final = "risk"
MOVED: Final[Mapping[str, Any]] = {
    "ratings": Rating, "answers": AppetiteAnswers, "mitigations": Mitigation,
    "changes": RiskChange,
}  # fmt: skip
DERIVED: Final[Mapping[str, Any]] = {"standing": RiskStanding, "scores": CardScore}


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return everything that is held about the risk of a customer."""
    found = {}
    for name, model in {**MOVED, **DERIVED}.items():
        table = model.__table__
        rows = session.execute(select(table).where(table.c.customer_id == customer_id)).mappings()
        told = [{key: value for key, value in row.items() if key != "customer_id"} for row in rows]
        if told:
            found[name] = told
    return found or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove everything about the risk of a customer."""
    for model in (*MOVED.values(), *DERIVED.values()):
        session.execute(delete(model).where(model.customer_id == customer_id))


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- the contract of parts
    """Give the kept customer what is recorded of the merged one; return what moved.

    A rating by the same agency of the same day cannot stand twice: the merged one's waits.
    """
    session.flush()
    moved = {}
    for name, model in MOVED.items():
        ids = _movable(session, model, kept_id, merged_id)
        session.execute(update(model).where(model.id.in_(ids)).values(customer_id=kept_id))
        moved[name] = [str(one) for one in ids]
    for derived in DERIVED.values():
        session.execute(delete(derived).where(derived.customer_id == merged_id))
    session.expire_all()
    _afresh(session, [kept_id])
    return moved


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,  # noqa: ARG001 -- the contract of parts
) -> None:
    """Give the merged customer back what moved."""
    session.flush()
    for name, model in MOVED.items():
        ids = [UUID(one) for one in (undo or {}).get(name, ())]
        session.execute(
            update(model)
            .where(model.id.in_(ids), model.customer_id == kept_id)
            .values(customer_id=merged_id)
        )
    session.expire_all()
    _afresh(session, [kept_id, merged_id])


def _movable(session: Session, model: Any, kept_id: UUID, merged_id: UUID) -> Sequence[UUID]:
    query = select(model.id).where(model.customer_id == merged_id)
    if model is Rating:
        same = select(Rating.agency, Rating.rated_on).where(
            Rating.customer_id == kept_id, Rating.withdrawn_at.is_(None)
        )
        taken = {(row[0], row[1]) for row in session.execute(same)}
        rows = session.scalars(select(Rating).where(Rating.customer_id == merged_id))
        return [
            one.id
            for one in rows
            if one.withdrawn_at is not None or (one.agency, one.rated_on) not in taken
        ]
    found: Sequence[UUID] = session.scalars(query).all()
    return found


def _afresh(session: Session, ids: Sequence[UUID]) -> None:
    score_some(session, ids)
    standing.refresh(session, ids)
