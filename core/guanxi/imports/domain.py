"""The life of an import: uploaded, checked, run in steps that commit, finished, taken back.

Each step is one transaction that writes a batch and notes how many items are done, so a killed
import goes on exactly there. Its id is the change set of everything that it writes.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.db import Actor
from guanxi.errors import Conflict, GuanxiError, NotFound
from guanxi.ids import new_id
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import (
    ColumnMapping,
    FileRow,
    ImportContext,
    ImporterKind,
    Item,
    RowImporter,
)
from guanxi.imports.files import Choices, Recognised, read_batches, recognise
from guanxi.imports.importers import kind_of
from guanxi.imports.models import Import, ImportRefusal
from guanxi.platform import Platform

Progress = Callable[[int, int], None]
"""Told the rows done and the rows in all."""

PREVIEW = 20


@dataclass(slots=True)
class Counts:
    """What became of the items, and of how many rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    rows: int = 0
    samples: list[dict[str, Any]] = field(default_factory=list)
    """The first refused rows: number, cells, reason."""

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as they are stored."""
        return {name: getattr(self, name) for name in self.__slots__}


class _NothingWritten(Exception):
    """Ends the transaction of a dry run."""


def upload(
    session: Session, folder: Path, importer: str, path: Path, name: str, *, now: datetime
) -> Import:
    """Keep a copy of the file, recognise it and propose a mapping.

    :raises FileProblem: the file is no table; nothing is kept.
    """
    kind = kind_of(importer)
    recognised = recognise(path)
    import_id = new_id()
    kept = folder / "imports" / import_id.hex
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, kept)
    actor = session.info["write"].actor
    row = Import(
        id=import_id,
        importer=kind.key,
        file_name=name[:200],
        file_path=str(kept.relative_to(folder)),
        file_sha256=sha256(path),
        format=recognised.choices().as_dict(),
        mapping=mappings.as_dict(mappings.propose(session, kind, recognised.header)),
        state="uploaded",
        rows_done=0,
        counts={},
        actor_id=actor.id,
        actor_name=actor.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, "import.uploaded", ("import", import_id), after={"file": row.file_name})
    return row


def get_import(session: Session, import_id: UUID) -> Import:
    """Return an import.

    :raises NotFound: there is none with this id.
    """
    found = session.get(Import, import_id)
    if found is None:
        raise NotFound("There is no such import.")
    return found


def set_mapping(row: Import, mapping: ColumnMapping, header: Sequence[str]) -> None:
    """Choose the mapping of an import that has not begun.

    :raises Conflict: it has begun.
    :raises Invalid: the mapping does not fit the file.
    """
    if row.state not in ("uploaded", "checked"):
        raise Conflict("This import has begun, so its mapping stays as it is.")
    mappings.check(kind_of(row.importer), header, mapping)
    row.mapping, row.state, row.counts = mappings.as_dict(mapping), "uploaded", {}


def queue_check(session: Session, import_id: UUID) -> None:
    """Let the worker find out what the import would do.

    :raises Conflict: it has begun.
    """
    _move(session, import_id, ("uploaded", "checked", "failed"), "checking", "imports.check")


def queue_undo(session: Session, import_id: UUID) -> None:
    """Let the worker take the import back.

    :raises Conflict: it has not run.
    """
    actor = session.info["write"].actor
    who = {"actor_id": str(actor.id) if actor.id else None, "actor_name": actor.name}
    _move(session, import_id, ("done", "failed"), "undoing", "imports.undo", **who)


def queue(session: Session, import_id: UUID) -> None:
    """Let the worker run the import.

    :raises Conflict: it runs already, or is done.
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
        raise Conflict("This import is at another step now. Reload the page.")
    session.info["defer_job"](session, job, {"import_id": str(import_id), **more}, None)


class Run:
    """One import at work on a platform."""

    def __init__(self, platform: Platform, import_id: UUID, *, now: datetime) -> None:
        self._platform = platform
        self._now = now
        with platform.database.read() as session:
            self.row = get_import(session, import_id)
        self.path = platform.files / self.row.file_path
        self.kind: ImporterKind = kind_of(self.row.importer)
        self.file: Recognised = recognise(self.path, Choices.from_dict(self.row.format))
        mapping = mappings.from_dict(self.row.mapping)
        mappings.check(self.kind, self.file.header, mapping)
        self._mapping = mapping
        self._importer: RowImporter = self.kind.start(self.file.header, mapping, self._context())

    def check(self, *, limit: int | None = None) -> Counts:
        """Do everything but commit, and return what would happen."""
        counts = Counts()
        for batch in self._batches(0, limit):
            with suppress(_NothingWritten), self._write() as session:
                self._step(session, batch, counts, keep=False)
                raise _NothingWritten
        return counts

    def execute(
        self, progress: Progress | None = None, stopping: Callable[[], bool] | None = None
    ) -> bool:
        """Run from where it stands; return False if it was asked to stop before the end."""
        total = self._begin()
        counts = Counts(**{**Counts().as_dict(), **self.row.counts, "samples": []})
        done = self.row.rows_done
        for batch in self._batches(done, None):
            if stopping is not None and stopping():
                return False
            with self._write() as session:
                self._step(session, batch, counts, keep=True)
                done += len(batch)
                self._note(session, rows_done=done, counts=_without_samples(counts))
            if progress is not None:
                progress(counts.rows, total)
        self._finish()
        return True

    def note_check(self, counts: Counts) -> None:
        """Keep what a dry run found, for the page that shows it."""
        with self._write() as session:
            self._note(session, state="checked", counts=counts.as_dict())

    def fail(self, error: Exception) -> None:
        """Note why the import could not go on; what was committed stays, and it can be retried."""
        sentence = (
            str(error) if isinstance(error, GuanxiError) else "An unexpected error; see the log."
        )
        with self._write() as session:
            self._note(session, state="failed", error=sentence)

    def _context(self) -> ImportContext:
        settings = self._platform.settings.get("core")
        return ImportContext(settings["phone_region"], settings["time_zone"])

    def _rows(self) -> Iterable[FileRow]:
        for batch in read_batches(self.path, self.file):
            yield from batch

    def _batches(self, skip: int, limit: int | None) -> Iterator[list[Item]]:
        items = islice(self._importer.items(self._rows), skip, limit)
        while batch := list(islice(items, self.kind.batch)):
            yield batch

    def _step(self, session: Session, batch: Sequence[Item], counts: Counts, *, keep: bool) -> None:
        good = [item for item in batch if item.error is None]
        outcomes = self._importer.write(
            session, [item.value for item in good], now=self._now, import_id=self.row.id
        )
        refused = [(item, item.error) for item in batch if item.error is not None]
        for item, outcome in zip(good, outcomes, strict=True):
            if isinstance(outcome, GuanxiError):
                refused.append((item, outcome))
            else:
                setattr(counts, outcome, getattr(counts, outcome) + 1)
        counts.rows += sum(len(item.rows) for item in batch)
        counts.refused += len(refused)
        refusals = [r for item, error in refused for r in self._refusals(item, error)]
        counts.samples += [_sample(r) for r in refusals[: PREVIEW - len(counts.samples)]]
        if keep and refusals:
            session.execute(insert(ImportRefusal), refusals)

    def _refusals(self, item: Item, error: GuanxiError) -> list[dict[str, Any]]:
        return [
            {
                "import_id": self.row.id,
                "row_number": number,
                "cells": cells,
                "message": error.message,
                "params": {name: str(value) for name, value in error.params.items()},
            }
            for number, cells in item.rows
        ]

    def _begin(self) -> int:
        total = sum(len(batch) for batch in read_batches(self.path, self.file))
        with self._write() as session:
            mappings.keep(session, self.kind, self.file.header, self._mapping, self._now)
            self._note(session, state="running", rows_total=total, started_at=self._now)
        return total

    def _finish(self) -> None:
        with self._write() as session:
            self._note(session, state="done", finished_at=self._now)
            row = get_import(session, self.row.id)
            counts = {k: v for k, v in row.counts.items() if k != "samples"}
            audit.record(session, "import.done", ("import", self.row.id), after=counts)

    def _note(self, session: Session, **values: Any) -> None:
        session.execute(update(Import).where(Import.id == self.row.id).values(**values))

    def _write(self) -> Any:
        actor = Actor("import", self.row.actor_name, self.row.actor_id)
        return self._platform.database.write(
            actor,
            now=self._now,
            change_set=self.row.id,
            dispatcher=self._platform.dispatcher,
        )


def undo(platform: Platform, import_id: UUID, *, now: datetime, actor: Actor) -> None:
    """Take an import back, step by step; it can be called again after a kill.

    :raises Conflict: it has not run, or is taken back already.
    """
    with platform.database.write(actor, now=now) as session:
        row = session.execute(
            update(Import)
            .where(Import.id == import_id, Import.state.in_(("done", "failed", "undoing")))
            .values(state="undoing")
            .returning(Import.importer)
        ).one_or_none()
        if row is None:
            raise Conflict("Only an import that has run can be taken back.")
    kind = kind_of(row.importer)
    left = 1
    while left:
        with platform.database.write(
            actor, now=now, change_set=import_id, dispatcher=platform.dispatcher
        ) as session:
            left = kind.undo(session, import_id, now)
    with platform.database.write(actor, now=now) as session:
        session.execute(
            update(Import).where(Import.id == import_id).values(state="undone", finished_at=now)
        )
        audit.record(session, "import.undone", ("import", import_id))


def refusals(session: Session, import_id: UUID) -> Iterator[ImportRefusal]:
    """Yield the refused rows of an import in the order of the file, a thousand at a time."""
    after = 0
    while True:
        query = select(ImportRefusal).where(
            ImportRefusal.import_id == import_id, ImportRefusal.row_number > after
        )
        found = session.scalars(query.order_by(ImportRefusal.row_number).limit(1000)).all()
        if not found:
            return
        yield from found
        after = found[-1].row_number


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _without_samples(counts: Counts) -> dict[str, Any]:
    return {**counts.as_dict(), "samples": []}


def _sample(refusal: dict[str, Any]) -> dict[str, Any]:
    return {name: refusal[name] for name in ("row_number", "cells", "message", "params")}
