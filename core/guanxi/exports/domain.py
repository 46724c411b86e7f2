"""Ask for an export, and write its file with what the person may see then."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.principal import Principal
from guanxi.db.write import SYSTEM
from guanxi.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.exports.files import csv_stream, xlsx_file
from guanxi.exports.lists import list_of
from guanxi.exports.models import Export
from guanxi.exports.rows import Arguments
from guanxi.ids import new_id
from guanxi.platform import Platform

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

OPEN: Final = ("queued", "running")
KEPT: Final = timedelta(days=7)
"""How long the file of an export can be fetched."""
LOOK_EVERY: Final = 2_000
"""Rows after which a writer looks whether it was cancelled."""


def ask(
    session: Session,
    person: Principal,
    what: str,
    file_format: str,
    arguments: Arguments,
    *,
    language: str,
    now: datetime,
) -> Export:
    """Queue an export of a list as its arguments show it.

    :raises NotFound: no such list.
    :raises Invalid: no such format.
    :raises Forbidden: the person may not see the list.
    """
    person.require(list_of(what).permission)
    if file_format not in FORMATS:
        raise Invalid("A file is csv or xlsx.")
    row = Export(
        id=new_id(),
        what=what,
        format=file_format,
        arguments=[list(pair) for pair in arguments],
        state="queued",
        user_id=person.user_id,
        actor_name=person.name,
        language=language,
        created_at=now,
    )
    session.add(row)
    session.flush()
    after = {"list": what, "format": file_format, "arguments": row.arguments}
    audit.record(session, "export.asked", ("export", row.id), after=after)
    session.info["defer_job"](session, "exports.run", {"export_id": str(row.id)}, None)
    return row


def get_export(session: Session, export_id: UUID, person: Principal) -> Export:
    """Return an export of one's own.

    :raises NotFound: none of that id, or somebody else's.
    """
    row = session.get(Export, export_id)
    if row is None or row.user_id != person.user_id:
        raise NotFound("There is no such export.")
    return row


def cancel(session: Session, export_id: UUID, person: Principal, *, now: datetime) -> Export:
    """Stop an export that waits or is being written.

    :raises NotFound: none of that id, or somebody else's.
    :raises Conflict: it is over.
    """
    row = get_export(session, export_id, person)
    stopped = session.execute(
        update(Export)
        .where(Export.id == export_id, Export.state.in_(OPEN))
        .values(state="cancelled", finished_at=now)
        .returning(Export.id)
    ).one_or_none()
    if stopped is None:
        raise Conflict("This export is over already.")
    audit.record(session, "export.cancelled", ("export", export_id))
    session.refresh(row)
    return row


def expire(session: Session, *, now: datetime) -> Sequence[str]:
    """Let go of files whose time is over; return their paths, to be removed after the commit."""
    old = session.scalars(
        select(Export)
        .where(Export.state == "done", Export.finished_at < now - KEPT)
        .with_for_update()
    ).all()
    paths = [row.file_path for row in old if row.file_path]
    for row in old:
        row.state, row.file_path = "expired", None
    return paths


def write_export(platform: Platform, export_id: UUID, *, now: datetime) -> None:
    """Write the file of an export; what went wrong stands in the export."""
    with platform.database.write(SYSTEM, now=now) as session:
        begun = session.scalars(
            update(Export)
            .where(Export.id == export_id, Export.state.in_(OPEN))
            .values(state="running")
            .returning(Export)
        ).one_or_none()
    if begun is None:
        return
    try:
        rows, path = _write(platform, begun)
        _note(platform, export_id, now, state="done", rows=rows, file_path=path, finished_at=now)
    except _Cancelled:
        return
    except GuanxiError as error:
        _note(platform, export_id, now, state="failed", error=str(error), finished_at=now)


def _write(platform: Platform, row: Export) -> tuple[int, str]:
    target = platform.files / "exports" / f"{row.id.hex}.{row.format}"
    target.parent.mkdir(parents=True, exist_ok=True)
    person = _principal(platform, row)
    one = list_of(row.what)
    person.require(one.permission)
    arguments = [(str(name), str(value)) for name, value in row.arguments]
    with platform.database.snapshot(person) as session:
        header, rows = one.open(session, platform.catalogue, person, arguments, row.language)
        counted = _Counted(rows, lambda: _require_running(platform, row.id))
        with closing(rows):
            _to_file(target, row.format, header, counted)
    return counted.number, str(target.relative_to(platform.files))


def _to_file(target: Path, file_format: str, header: Sequence[str], rows: Iterable[Any]) -> None:
    part = target.with_suffix(".part")
    try:
        if file_format == "csv":
            with part.open("wb") as file:
                file.writelines(csv_stream(header, rows))
        else:
            xlsx_file(part, header, rows)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


class _Cancelled(Exception):
    """Somebody cancelled the export while it was written."""


def _require_running(platform: Platform, export_id: UUID) -> None:
    with platform.database.read() as session:
        state = session.scalar(select(Export.state).where(Export.id == export_id))
    if state != "running":
        raise _Cancelled


class _Counted:
    """Rows on their way, counted; ``look`` is called now and then and may end it."""

    def __init__(self, rows: Iterable[Any], look: Callable[[], None]) -> None:
        self._rows = rows
        self._look = look
        self.number = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self.number += 1
            if self.number % LOOK_EVERY == 0:
                self._look()
            yield row


def _principal(platform: Platform, row: Export) -> Principal:
    if row.user_id is None:
        raise NotFound("Nobody asked for this export.")
    grant = platform.grants.of(platform.database, row.user_id, platform.host.generation)
    return Principal(
        user_id=row.user_id,
        name=row.actor_name,
        permissions=grant.permissions,
        scope=grant.scope,
        team_ids=grant.team_ids,
    )


def _note(platform: Platform, export_id: UUID, now: datetime, **values: Any) -> None:
    """Note how it ended, unless it was cancelled at the last moment."""
    running = (Export.id == export_id, Export.state == "running")
    with platform.database.write(SYSTEM, now=now) as session:
        session.execute(update(Export).where(*running).values(**values))
