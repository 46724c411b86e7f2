"""Take an import back, step by step, and say what was left as it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.db import Actor
from guanxi.errors import Conflict
from guanxi.imports.contract import Undone
from guanxi.imports.importers import kind_of
from guanxi.imports.models import Import
from guanxi.platform import Platform


def undo(platform: Platform, import_id: UUID, *, now: datetime, actor: Actor) -> Undone:
    """Take an import back; it can be called again after a kill. Returns what became of it.

    :raises Conflict: it has not run, or is taken back already.
    """
    with platform.database.write(actor, now=now) as session:
        row = session.execute(
            update(Import)
            .where(Import.id == import_id, Import.state.in_(("done", "failed", "undoing")))
            .values(state="undoing")
            .returning(Import.importer, Import.counts)
        ).one_or_none()
        if row is None:
            raise Conflict("Only an import that has run can be taken back.")
        kind = kind_of(session, row.importer)
    so_far = {"removed": 0, "restored": 0, "kept": 0, **row.counts.get("undone", {})}
    more = True
    while more:
        with platform.database.write(
            actor, now=now, change_set=import_id, dispatcher=platform.dispatcher
        ) as session:
            before = _claim(session, import_id)
            if before is None:  # another process has brought it to its end
                return Undone(**so_far)
            step = kind.undo(session, import_id, now)
            so_far = {n: before.get("undone", {}).get(n, 0) + getattr(step, n) for n in so_far}
            counts = {**before, "undone": so_far}
            session.execute(update(Import).where(Import.id == import_id).values(counts=counts))
            more = step.more
    with platform.database.write(actor, now=now) as session:
        if _claim(session, import_id) is not None:
            done = update(Import).where(Import.id == import_id)
            session.execute(done.values(state="undone", finished_at=now))
            audit.record(session, "import.undone", ("import", import_id), after=so_far)
    return Undone(**so_far)


def _claim(session: Session, import_id: UUID) -> dict[str, Any] | None:
    """Keep others from this import until the step is written; return its counts."""
    here = (Import.id == import_id, Import.state == "undoing")
    return session.scalar(select(Import.counts).where(*here).with_for_update())
