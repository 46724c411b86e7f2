"""Let the worker check, run or take back an import; each step begins only from where it may."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from guanxi.db.locks import is_at_work
from guanxi.errors import Conflict
from guanxi.imports.domain.keeping import get_import
from guanxi.imports.models import Import

_JOBS: Final = {
    "checking": "imports.check",
    "queued": "imports.run",
    "running": "imports.run",
    "undoing": "imports.undo",
}
"""The job that must stand behind an import that is under way."""
_EXPECTED: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM procrastinate_jobs
        WHERE status IN ('todo', 'doing') AND task_name = :job
          AND args ->> 'import_id' = :import_id
    )
    """
)
"""Whether a worker has an import to do, or will take it up again."""


def queue_check(session: Session, import_id: UUID) -> None:
    """Let the worker find out what the import would do, again if nobody does any more.

    :raises Conflict: it has begun.
    :raises NotFound: there is no such import.
    """
    before = ("uploaded", "checked", "failed", *_left_as(session, import_id, "checking"))
    _move(session, import_id, before, "checking", "imports.check")


def queue_undo(session: Session, import_id: UUID) -> None:
    """Let the worker take the import back, or go on where one whose process is gone ended.

    :raises Conflict: it has not run.
    :raises NotFound: there is no such import.
    """
    actor = session.info["write"].actor
    who = {"actor_id": str(actor.id) if actor.id else None, "actor_name": actor.name}
    before = ("done", "failed", *_left_as(session, import_id, "undoing"))
    _move(session, import_id, before, "undoing", "imports.undo", **who)


def queue(session: Session, import_id: UUID) -> None:
    """Let the worker run the import, or go on with one whose process is gone.

    :raises Conflict: it runs already, or is done.
    :raises NotFound: there is no such import.
    """
    left = _left_as(session, import_id, "checking", "queued", "running")
    before = ("uploaded", "checked", "failed", *left)
    _move(session, import_id, before, "queued", "imports.run")


def is_left(session: Session, row: Import) -> bool:
    """Tell whether an import is under way by its state, but nobody works on it nor will.

    That is what a process leaves that was killed: no job of the queue stands behind it. Should
    somebody come back to it all the same, each step still begins only where the last one ended.
    """
    job = _JOBS.get(row.state)
    if job is None or is_at_work(session, "import", row.id):
        return False
    return not session.execute(_EXPECTED, {"job": job, "import_id": str(row.id)}).scalar_one()


def _left_as(session: Session, import_id: UUID, *states: str) -> tuple[str, ...]:
    """Return those states out of which an import may move because nobody works on it."""
    row = get_import(session, import_id)
    return states if row.state in states and is_left(session, row) else ()


def _move(
    session: Session, import_id: UUID, before: tuple[str, ...], after: str, job: str, **more: Any
) -> None:
    moved = session.execute(
        update(Import)
        .where(Import.id == import_id, Import.state.in_(before))
        .values(state=after, error=None)
        .returning(Import.id)
    ).one_or_none()
    if moved is None:
        get_import(session, import_id)
        raise Conflict("This import is at another step now. Reload the page.")
    session.info["defer_job"](session, job, {"import_id": str(import_id), **more}, None)
