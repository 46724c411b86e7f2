"""Let the worker check, run or take back an import; each step begins only from where it may."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from guanxi.errors import Conflict
from guanxi.imports.domain.keeping import get_import
from guanxi.imports.models import Import


def queue_check(session: Session, import_id: UUID) -> None:
    """Let the worker find out what the import would do.

    :raises Conflict: it has begun.
    :raises NotFound: there is no such import.
    """
    _move(session, import_id, ("uploaded", "checked", "failed"), "checking", "imports.check")


def queue_undo(session: Session, import_id: UUID) -> None:
    """Let the worker take the import back.

    :raises Conflict: it has not run.
    :raises NotFound: there is no such import.
    """
    actor = session.info["write"].actor
    who = {"actor_id": str(actor.id) if actor.id else None, "actor_name": actor.name}
    _move(session, import_id, ("done", "failed"), "undoing", "imports.undo", **who)


def queue(session: Session, import_id: UUID) -> None:
    """Let the worker run the import.

    :raises Conflict: it runs already, or is done.
    :raises NotFound: there is no such import.
    """
    _move(session, import_id, ("uploaded", "checked", "failed"), "queued", "imports.run")


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
