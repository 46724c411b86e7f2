"""Record many touchpoints at once: an import's chunk, or up to 1,000 of an API call.

The same rules as in ``recording.py``, but what the rows refer to is read once for all of them,
and they go in by COPY. A row that cannot be recorded gets its error; the others go in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy.orm import Session

from guanxi.db import write_context
from guanxi.db.bulk import copy_rows
from guanxi.errors import GuanxiError
from guanxi.ids import new_id
from guanxi.plugins import dispatch
from guanxi.touchpoints.domain.drafts import Draft, checked
from guanxi.touchpoints.domain.facts import facts_of_draft
from guanxi.touchpoints.domain.inserting import COLUMNS, TOUCHPOINTS, row_of
from guanxi.touchpoints.domain.recording import HOOK, Recorded, announce
from guanxi.touchpoints.domain.references import References, load_references
from guanxi.touchpoints.domain.repeats import (
    Key,
    keys_of,
    known_touchpoints,
    refuse_different,
    refuse_other_contents,
)
from guanxi.touchpoints.domain.stored_lines import COLUMNS as LINE_COLUMNS
from guanxi.touchpoints.domain.stored_lines import LINES, line_rows

Result = Recorded | GuanxiError
"""What became of one draft."""

_ATTEMPTS: Final = 5
"""Others may record the same external ids meanwhile; more often than this is a defect."""


@dataclass(slots=True)
class _Row:
    """One draft on its way: settled once it has a ``result`` or repeats another of the batch."""

    draft: Draft
    id: UUID
    customer_id: UUID | None = None
    result: Result | None = None
    repeats: "_Row | None" = None

    @property
    def key(self) -> Key:
        return self.draft.source, self.draft.external_id or ""


def record_many(
    session: Session, drafts: Sequence[Draft], *, now: datetime, import_id: UUID | None = None
) -> list[Result]:
    """Record ``drafts``; the list tells for each of them, in order, what became of it.

    Results are ``Recorded``, or the error that ``record`` would have raised for that draft.

    :param import_id: the import that these rows belong to, so that it can be undone.
    """
    rows = [_Row(draft, new_id()) for draft in drafts]
    _each(rows, lambda row: _check(row, now))
    references = load_references(session, [row.draft for row in rows if row.result is None])
    _each(rows, lambda row: _refer(row, references))
    _pair_twins(rows)
    _settle_known(session, rows)
    _ask_plugins(session, rows)
    for row in _write(session, rows, now, import_id):
        announce(session, row.id, row.draft, row.customer_id)
        row.result = Recorded(row.id, row.customer_id, 1, created=True)
    return [_final(row) for row in rows]


def _open(rows: Sequence[_Row]) -> list[_Row]:
    return [row for row in rows if row.result is None and row.repeats is None]


def _each(rows: Sequence[_Row], step: Callable[[_Row], None]) -> None:
    """Take ``step`` with every open row; an error becomes its result."""
    for row in _open(rows):
        try:
            step(row)
        except GuanxiError as error:
            row.result = error


def _check(row: _Row, now: datetime) -> None:
    row.draft = checked(row.draft, now=now)


def _refer(row: _Row, references: References) -> None:
    references.require(row.draft)
    row.customer_id = references.customer_of(row.draft)


def _pair_twins(rows: Sequence[_Row]) -> None:
    first: dict[Key, _Row] = {}

    def pair(row: _Row) -> None:
        if row.draft.external_id is not None:
            other = first.setdefault(row.key, row)
            if other is not row:
                refuse_other_contents(row.draft, other.draft, other.id)
                row.repeats = other

    _each(rows, pair)


def _settle_known(session: Session, rows: Sequence[_Row]) -> None:
    known = known_touchpoints(session, keys_of(row.draft for row in _open(rows)))

    def settle(row: _Row) -> None:
        found = known.get(row.key)
        if found is not None:
            refuse_different(session, row.draft, found)
            row.result = Recorded(found.id, found.customer_id, found.version, created=False)

    _each(rows, settle)


def _ask_plugins(session: Session, rows: Sequence[_Row]) -> None:
    dispatcher = write_context(session).dispatcher
    if dispatcher is not None and dispatcher.implementations(HOOK):
        _each(rows, lambda row: _ask_about(session, row))


def _ask_about(session: Session, row: _Row) -> None:
    # A plugin's broken statement must end only this row, not the transaction.
    with session.begin_nested():
        dispatch.check(session, HOOK, touchpoint=facts_of_draft(row.draft, row.customer_id))


def _write(
    session: Session, rows: Sequence[_Row], now: datetime, import_id: UUID | None
) -> list[_Row]:
    """Write what is still open and return it; what somebody else wrote meanwhile is settled."""
    for attempt in range(_ATTEMPTS):
        new = _open(rows)
        try:
            with session.begin_nested():
                _copy(session, new, now, import_id)
        except UniqueViolation:
            if attempt == _ATTEMPTS - 1:
                raise
            _settle_known(session, rows)
        else:
            return new
    raise AssertionError("unreachable")


def _copy(session: Session, rows: Sequence[_Row], now: datetime, import_id: UUID | None) -> None:
    # In the order of their keys, so that two batches which share some never wait in a circle.
    ordered = sorted(rows, key=lambda row: row.key)
    copy_rows(
        session,
        TOUCHPOINTS,
        COLUMNS,
        (row_of(row.id, row.draft, row.customer_id, now, import_id) for row in ordered),
    )
    lines = chain.from_iterable(line_rows(row.id, row.draft.lines) for row in rows)
    copy_rows(session, LINES, LINE_COLUMNS, lines)


def _final(row: _Row) -> Result:
    if row.repeats is not None:
        first = _final(row.repeats)
        return replace(first, created=False) if isinstance(first, Recorded) else first
    if row.result is None:
        raise AssertionError("every row is settled by now")
    return row.result
