"""A person's data: the probability of silence and the rhythm; both are derived.

A merge takes both customers' rows, and an unmerge gives them back: which breaks were told must
not be forgotten. All else is worked out anew when the event comes, from the touchpoints.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from guanxi_scoring.models import Rhythm, SilenceScore

KEY: Final = "churn"
_ROW: Final = text("SELECT to_jsonb(r) FROM scoring_rhythms r WHERE customer_id = :id")
_GIVE: Final = text(
    "INSERT INTO scoring_rhythms SELECT * FROM"
    " jsonb_populate_record(CAST(NULL AS scoring_rhythms), :row) ON CONFLICT DO NOTHING"
).bindparams(bindparam("row", type_=JSONB))


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return the probability of silence and the rhythm."""
    found: dict[str, Any] = {}
    for name, model in (("silence", SilenceScore), ("rhythm", Rhythm)):
        table = model.__table__
        rows = session.execute(select(table).where(table.c.customer_id == customer_id))
        for one in rows.mappings():
            found[name] = {key: value for key, value in one.items() if key != "customer_id"}
    return found or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove both."""
    for model in (SilenceScore, Rhythm):
        session.execute(delete(model).where(model.customer_id == customer_id))


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- the contract of parts
    """Remove what is about the merged customer; return both rhythms as they were."""
    session.flush()
    undo = {
        "kept": session.scalar(_ROW, {"id": kept_id}),
        "merged": session.scalar(_ROW, {"id": merged_id}),
    }
    erase(session, merged_id)
    return undo


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,  # noqa: ARG001 -- the contract of parts
) -> None:
    """Give both rhythms back as they were; what came since counts when the event comes."""
    if undo is None:
        return
    session.flush()
    for customer_id, row in ((kept_id, undo["kept"]), (merged_id, undo["merged"])):
        session.execute(delete(Rhythm).where(Rhythm.customer_id == customer_id))
        if row is not None:
            session.execute(_GIVE, {"row": row})
    session.expire_all()
