"""One import at work: checked without writing, or run in steps that commit.

Each step is one transaction that writes a batch and notes how many items are done, so a killed
import goes on exactly there. Its id is the change set of everything that it writes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.custom_values import fields_by_key
from guanxi.db import Actor
from guanxi.db.locks import at_work
from guanxi.db.write import SYSTEM
from guanxi.errors import Conflict, GuanxiError
from guanxi.i18n import N_
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import FileRow, ImportContext, ImporterKind, Item, RowImporter
from guanxi.imports.domain.ahead import ahead
from guanxi.imports.domain.counting import Counts
from guanxi.imports.domain.keeping import get_import
from guanxi.imports.domain.refusing import refused_rows
from guanxi.imports.domain.rehearsing import Rehearsal
from guanxi.imports.domain.tidying import SORT_IN, Tidier
from guanxi.imports.files import Choices, Recognised, read_batches, recognise
from guanxi.imports.importers import kind_of
from guanxi.imports.models import Import, ImportRefusal
from guanxi.platform import Platform

Progress = Callable[[int, int], None]
"""Told the rows done and the rows in all."""

ENOUGH: Final = 500
"""Items after which the tables that they went into count as changed."""
_ANALYZE: Final = text(
    "ANALYZE customers, customer_identities, touchpoints, touchpoint_lines, events"
)
_SHOWN: Final = ("row_number", "cells", "message", "params")
_MAY_RUN: Final = ("uploaded", "checking", "checked", "queued", "running", "failed")


UNEXPECTED: Final = N_("Something unexpected went wrong; the log of the worker says what.")


def note_failure(platform: Platform, import_id: UUID, error: Exception, *, now: datetime) -> None:
    """Note why an import could not go on; what was committed stays, and it can be retried."""
    known = error if isinstance(error, GuanxiError) else GuanxiError(UNEXPECTED)
    params = {name: str(value) for name, value in known.params.items()}
    with platform.database.write(SYSTEM, now=now) as session:
        row = get_import(session, import_id)
        row.state, row.error = "failed", known.message
        row.counts = {**row.counts, "error_params": params}


class TakenOver(Conflict):
    """Another process works on the same import; this one has written nothing beside it."""

    code = "import_taken_over"

    def __init__(self) -> None:
        super().__init__("Another process is working on this import.")


class _NothingWritten(Exception):
    """Ends the transaction of a dry run."""


class _Batch(NamedTuple):
    """Items that are written together, and the values of those without an error."""

    items: Sequence[Item]
    values: Sequence[Any]


class Run:
    """One import at work on a platform."""

    def __init__(self, platform: Platform, import_id: UUID, *, now: datetime) -> None:
        self._platform = platform
        self._now = now
        with platform.database.read() as session:
            self.row = get_import(session, import_id)
            self.path = platform.files / self.row.file_path
            self.kind: ImporterKind = kind_of(session, self.row.importer)
            self.file: Recognised = recognise(self.path, Choices.from_dict(self.row.format))
            fields = self.kind.fields_in(session)
            context = self._context(session)
        mapping = mappings.from_dict(self.row.mapping)
        mappings.check(fields, self.file.header, mapping)
        self._mapping = mapping
        self._importer: RowImporter = self.kind.start(self.file.header, mapping, context)

    def check(self, *, limit: int | None = None) -> Counts:
        """Do everything but commit, and return what would happen."""
        counts, rehearsal = Counts(), Rehearsal(self.kind.repeated)
        for batch in ahead(self._batches(0, limit)):
            with suppress(_NothingWritten), self._write() as session:
                self._step(session, batch, counts, rehearsal)
                raise _NothingWritten
        return counts

    def execute(
        self, progress: Progress | None = None, stopping: Callable[[], bool] | None = None
    ) -> bool:
        """Run from where it stands; return False if it was asked to stop before the end.

        :raises TakenOver: another process does it, or has done it.
        """
        database = self._platform.database
        with at_work(database, "import", self.row.id), Tidier(database) as tidier:
            return self._go_on(tidier, progress, stopping)

    def _go_on(
        self, tidier: Tidier, progress: Progress | None, stopping: Callable[[], bool] | None
    ) -> bool:
        total, done = self._begin()
        if total is None:
            return True
        counts = Counts.stored(self.row.counts) if done else Counts()
        for batch in ahead(self._batches(done, None)):
            if stopping is not None and stopping():
                return False
            with self._write() as session:
                self._claim(session, done)
                tidier.leave_to_me(session)
                self._step(session, batch, counts)
                done += len(batch.items)
                self._note(session, rows_done=done, counts=counts.as_dict(samples=False))
            if len(batch.items) >= ENOUGH:
                tidier.nudge()
            if progress is not None:
                progress(counts.rows, total)
        self._finish(done)
        return True

    def note_check(self, counts: Counts) -> None:
        """Keep what a dry run found, for the page that shows it."""
        with self._write() as session:
            self._note(session, state="checked", counts=counts.as_dict())

    def _context(self, session: Session) -> ImportContext:
        settings = self._platform.settings.get("core")
        return ImportContext(
            settings["phone_region"],
            settings["time_zone"],
            fields_by_key(session),
            self.row.file_name,
        )

    def _rows(self) -> Iterable[FileRow]:
        for batch in read_batches(self.path, self.file):
            yield from batch

    def _batches(self, skip: int, limit: int | None) -> Iterator[_Batch]:
        items = islice(self._importer.items(self._rows), skip, limit)
        while batch := list(islice(items, self.kind.batch)):
            values = [item.value for item in batch if item.error is None]
            ready = self._importer.ahead(values, now=self._now, import_id=self.row.id)
            yield _Batch(batch, ready)

    def _step(
        self, session: Session, batch: _Batch, counts: Counts, rehearsal: Rehearsal | None = None
    ) -> None:
        keep = rehearsal is None
        outcomes = self._importer.write(session, batch.values, now=self._now, import_id=self.row.id)
        if rehearsal is not None:
            outcomes = rehearsal.corrected(outcomes, self._importer.keys(batch.values))
        good = [item for item in batch.items if item.error is None]
        refused = [(item, item.error) for item in batch.items if item.error is not None]
        for item, outcome in zip(good, outcomes, strict=True):
            if isinstance(outcome, GuanxiError):
                refused.append((item, outcome))
                continue
            counts.add(outcome)
            called = {"called": item.called} if item.called and outcome == "created" else {}
            counts.nameless += len(called)
            if not keep:
                number, cells = item.rows[0]
                counts.show(outcome, {"row_number": number, "cells": cells, **called})
        counts.rows += sum(len(item.rows) for item in batch.items)
        counts.refused += len(refused)
        rows = [
            row
            for item, error in refused
            for row in refused_rows(self.row.id, item, error, self._mapping)
        ]
        for row in rows if not keep else ():
            counts.show("refused", {n: row[n] for n in _SHOWN})
        if keep and rows:
            session.execute(insert(ImportRefusal), rows)

    def _begin(self) -> tuple[int | None, int]:
        """Return the rows in all, and how many items are done; None if all were done before."""
        total = sum(len(batch) for batch in read_batches(self.path, self.file))
        with self._write() as session:
            self.row = session.scalars(
                select(Import).where(Import.id == self.row.id).with_for_update()
            ).one()
            if self.row.state == "done":
                return None, self.row.rows_done
            if self.row.state not in _MAY_RUN:
                raise Conflict("This import is at another step now. Reload the page.")
            mappings.keep(session, self.kind, self.file.header, self._mapping, self._now)
            self._note(session, state="running", rows_total=total, started_at=self._now)
        return total, self.row.rows_done

    def _claim(self, session: Session, done: int) -> None:
        """Keep everybody else from this import until the step is written.

        :raises TakenOver: somebody else has gone on with it, or took it back, meanwhile.
        """
        here = (Import.id == self.row.id, Import.rows_done == done, Import.state == "running")
        if session.scalar(select(Import.id).where(*here).with_for_update()) is None:
            raise TakenOver

    def _finish(self, done: int) -> None:
        with self._write() as session:
            self._claim(session, done)
            self._note(session, state="done", finished_at=self._now)
            row = get_import(session, self.row.id)
            counts = {k: v for k, v in row.counts.items() if k != "samples"}
            audit.record(session, "import.done", ("import", self.row.id), after=counts)
        if done >= ENOUGH:
            self._tell_planner()

    def _tell_planner(self) -> None:
        """Count anew what is in the tables: before, the planner takes them for small.

        It would go on reading all customers for each search until autovacuum comes by. What the
        index of the search has not sorted in yet would be read at each search, too.
        """
        with self._platform.database.autocommit.connect() as connection:
            connection.execute(SORT_IN)
            connection.execute(_ANALYZE)

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
