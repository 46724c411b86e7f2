"""A person's data: preferences and what was said of them, and the group.

What was inferred is worked out anew when the event of a merge comes. What was said moves to the
customer who is kept; of two decisions about the same the later one holds. It goes back with all.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from guanxi_scoring.models import Cluster, Preference

KEY: Final = "mining"
_DECIDED: Final = text(
    "SELECT to_jsonb(p) FROM scoring_preferences p "
    "WHERE customer_id = :id AND state <> 'inferred' ORDER BY dimension, value"
)
_PUT: Final = text(
    """
    INSERT INTO scoring_preferences AS p
    SELECT * FROM jsonb_populate_record(CAST(NULL AS scoring_preferences), :row)
    ON CONFLICT (customer_id, dimension, value) DO UPDATE SET
        state = excluded.state, said_by = excluded.said_by, decided_at = excluded.decided_at,
        decided_by = excluded.decided_by, reason = excluded.reason, version = p.version + 1
    WHERE p.state = 'inferred' OR p.decided_at <= excluded.decided_at
    """
).bindparams(bindparam("row", type_=JSONB))


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return preferences with their evidence, and the number of the group."""
    table = Preference.__table__
    rows = session.execute(
        select(table)
        .where(table.c.customer_id == customer_id)
        .order_by(table.c.dimension, table.c.value)
    ).mappings()
    found: dict[str, Any] = {}
    told = [{key: one for key, one in row.items() if key != "customer_id"} for row in rows]
    if told:
        found["preferences"] = told
    cluster = session.scalar(select(Cluster.cluster).where(Cluster.customer_id == customer_id))
    if cluster is not None:
        found["group"] = cluster
    return found or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove preferences, what was said of them, and the group."""
    for model in (Preference, Cluster):
        session.execute(delete(model).where(model.customer_id == customer_id))


def merge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    *,
    now: datetime,  # noqa: ARG001 -- the contract of parts
) -> dict[str, Any]:
    """Hand over what was said; return the decisions of both."""
    session.flush()
    theirs = list(session.scalars(_DECIDED, {"id": merged_id}))
    undo = {
        "kept": list(session.scalars(_DECIDED, {"id": kept_id})),
        "merged": theirs,
        "cluster": session.scalar(select(Cluster.cluster).where(Cluster.customer_id == merged_id)),
    }
    erase(session, merged_id)
    for row in theirs:
        session.execute(_PUT, {"row": {**row, "customer_id": str(kept_id)}})
    session.expire_all()
    return undo


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,  # noqa: ARG001 -- the contract of parts
) -> None:
    """Give back what each of the two had been decided on; what was decided since stays."""
    if undo is None:
        return
    session.flush()
    for row in undo["merged"]:
        _take_back(session, kept_id, row)
    for row in undo["kept"]:
        session.execute(_PUT, {"row": row})
    for row in undo["merged"]:
        session.execute(_PUT, {"row": {**row, "customer_id": str(merged_id)}})
    if undo["cluster"] is not None:
        session.merge(Cluster(customer_id=merged_id, cluster=undo["cluster"]))
    session.expire_all()


def _take_back(session: Session, kept_id: UUID, row: Mapping[str, Any]) -> None:
    """Remove from the kept customer what came over, unless it was decided anew since."""
    found = session.get(Preference, (kept_id, row["dimension"], row["value"]))
    same = found is not None and found.decided_at == datetime.fromisoformat(row["decided_at"])
    if found is not None and same:
        session.delete(found)
        session.flush()
