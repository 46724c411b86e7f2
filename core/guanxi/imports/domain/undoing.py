"""Take an import back, step by step, and say what was left as it is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

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
    kind = kind_of(row.importer)
    so_far = {"removed": 0, "restored": 0, "kept": 0, **row.counts.get("undone", {})}
    more = True
    while more:
        with platform.database.write(
            actor, now=now, change_set=import_id, dispatcher=platform.dispatcher
        ) as session:
            step = kind.undo(session, import_id, now)
            so_far = {name: n + getattr(step, name) for name, n in so_far.items()}
            counts = {**row.counts, "undone": so_far}
            session.execute(update(Import).where(Import.id == import_id).values(counts=counts))
            more = step.more
    with platform.database.write(actor, now=now) as session:
        done = update(Import).where(Import.id == import_id)
        session.execute(done.values(state="undone", finished_at=now))
        audit.record(session, "import.undone", ("import", import_id), after=so_far)
    return Undone(**so_far)
