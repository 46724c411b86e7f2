"""Ask for an export, and write its file with what the person may see then."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.principal import Principal
from guanxi.db.write import SYSTEM
from guanxi.errors import GuanxiError, Invalid, NotFound
from guanxi.exports.files import csv_stream, xlsx_file
from guanxi.exports.lists import Arguments, list_of
from guanxi.exports.models import Export
from guanxi.ids import new_id
from guanxi.platform import Platform

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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


def write_export(platform: Platform, export_id: UUID, *, now: datetime) -> None:
    """Write the file of an export; what went wrong stands in the export."""
    with platform.database.read() as session:
        row = session.get(Export, export_id)
    if row is None or row.state == "done":
        return
    try:
        rows, path = _write(platform, row)
        _note(platform, export_id, now, state="done", rows=rows, file_path=path, finished_at=now)
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
        counted = _Counted(rows)
        _to_file(target, row.format, header, counted)
    return counted.number, str(target.relative_to(platform.files))


def _to_file(target: Path, file_format: str, header: Sequence[str], rows: Iterable[Any]) -> None:
    part = target.with_suffix(".part")
    if file_format == "csv":
        with part.open("wb") as file:
            file.writelines(csv_stream(header, rows))
    else:
        xlsx_file(part, header, rows)
    part.replace(target)


class _Counted:
    """Rows on their way, counted."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self.number += 1
            yield row


def _principal(platform: Platform, row: Export) -> Principal:
    if row.user_id is None:
        raise NotFound("Nobody asked for this export.")
    with platform.database.autocommit.connect() as connection:
        grant = platform.grants.of(connection, row.user_id, platform.host.generation)
    return Principal(
        user_id=row.user_id,
        name=row.actor_name,
        permissions=grant.permissions,
        scope=grant.scope,
        team_ids=grant.team_ids,
    )


def _note(platform: Platform, export_id: UUID, now: datetime, **values: Any) -> None:
    with platform.database.write(SYSTEM, now=now) as session:
        session.execute(update(Export).where(Export.id == export_id).values(**values))
