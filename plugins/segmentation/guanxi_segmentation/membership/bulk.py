"""Work out very many customers in SQL: one statement for all segments, then the difference.

The states of the customers are locked, or made, and written once.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Select, false, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from guanxi.sdk import append_alike
from guanxi_segmentation.events import SegmentEntered, SegmentLeft
from guanxi_segmentation.membership import bulk_statements as sql
from guanxi_segmentation.membership import locking, problems
from guanxi_segmentation.membership.book import Book, Entry
from guanxi_segmentation.membership.drafts import is_hidden
from guanxi_segmentation.membership.locking import Locked, Stored
from guanxi_segmentation.membership.stays import QUIET
from guanxi_segmentation.models import State
from guanxi_segmentation.rules import Context, Listed, Span, is_customer, settled

log = structlog.get_logger(__name__)

Levels = Sequence[Sequence[Entry]]
Judge = Callable[[Session], None]
"""Looks at the moves (the table ``segmentation_moves``) before they are written."""
EVERYBODY: Final = Span(None, None)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what an evaluation is about.

    :param customers: some, whose states are there and locked; or all whose ids lie in a span.
    :param keys: the segments; those that cannot be evaluated are left out.
    :param whole: all that are ready are among ``keys``, so that the answer when to look again
        replaces the one that is stored.
    """

    customers: Collection[UUID] | Span
    keys: Collection[str]
    whole: bool

    @property
    def ids(self) -> Sequence[UUID] | Span:
        """The customers as the statements take them."""
        return self.customers if isinstance(self.customers, Span) else sorted(self.customers)


class BulkEvaluation:
    """An evaluation of very many customers as of one instant."""

    def __init__(
        self, session: Session, book: Book, context: Context, *, as_of: datetime, cause: str
    ) -> None:
        self._session = session
        self._book = book
        self._context = context
        self._as_of = as_of
        self._cause = cause
        self.failed: set[str] = set()
        """Keys of segments that the database could not answer."""
        self.later: Locked = {}
        """Who was looked at as of a later instant already, of a span; they were left alone."""

    def run(self, scope: Scope, judge: Judge | None = None) -> int:
        """Evaluate all segments; return how many memberships changed."""
        session = self._session
        session.execute(sql.ROOM)
        levels = self._there(self._book.among(scope.keys))
        if not levels and not scope.whole:
            return 0
        self._take(scope)
        sane = [entry for level in self._find(levels, scope) for entry in level]
        session.execute(sql.EVALUATED, self._evaluated(sane))
        session.execute(sql.WANTED, self._values(sane, scope))
        session.execute(sql.ANALYZE_WANTED)
        session.execute(sql.MOVES_SEEN if judge is None else sql.MOVES_KEPT)
        if judge is not None:
            judge(session)
        moved = self._write(sane)
        session.execute(sql.FORGET_SEEN if judge is None else sql.FORGET_KEPT)
        session.execute(sql.FORGET_ALL)
        return moved

    def _there(self, levels: Levels) -> Levels:
        """Leave out who was deleted since the book was read; nobody deletes the others now."""
        ids = [str(entry.id) for level in levels for entry in level]
        there = set(self._session.scalars(sql.HOLD_SEGMENTS, {"ids": ids}))
        kept = (tuple(entry for entry in level if entry.id in there) for level in levels)
        return [level for level in kept if level]

    def _take(self, scope: Scope) -> None:
        """Fill ``segmentation_ours``: states that are locked, and those to be made."""
        session, ids = self._session, scope.ids
        session.execute(sql.FORGET_OURS)
        session.execute(sql.Keep(sql.OURS, _states(ids, self._as_of)))
        if isinstance(ids, Span):
            values = {"first": ids.first, "end": ids.end}
            if session.execute(sql.ANY_NEW, values).scalar_one():
                locking.make_states(session)
                session.execute(sql.NEW_ONES, values)
            self.later = {row[0]: Stored(*row) for row in session.execute(sql.LATER)}
        session.execute(sql.ANALYZE_OURS)

    def _find(self, levels: Levels, scope: Scope) -> Levels:
        """Fill ``segmentation_found``; return the segments that could be evaluated."""
        try:
            with self._session.begin_nested():
                self._fill(levels, scope)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            sane = [self._sane(level, scope) for level in levels]
            self._fill(sane, scope)
            return sane
        return levels

    def _sane(self, level: Sequence[Entry], scope: Scope) -> Sequence[Entry]:
        """Try the segments one by one, note those that fail, return the others."""
        sane = []
        for entry in level:
            try:
                self._try(entry, scope)
            except DBAPIError as error:
                log.exception("segmentation.evaluation_failed", segment=entry.key)
                problems.note_failure(self._session, entry, error)
                self.failed.add(entry.key)
            else:
                sane.append(entry)
        return sane

    def _try(self, entry: Entry, scope: Scope) -> None:
        trial = self._session.begin_nested()
        try:
            self._fill([[entry]], scope)
        finally:
            trial.rollback()

    def _fill(self, levels: Levels, scope: Scope) -> None:
        session = self._session
        session.execute(sql.FORGET_FOUND)
        keys = [entry.key for level in levels for entry in level]
        found = settled(
            [{entry.key: entry.rule for entry in level} for level in levels],
            as_of=self._as_of,
            context=self._context,
            customers=_among(scope.customers),
            pinned=set(session.scalars(sql.PINNED, {"keys": keys})),
            hidden=set(filter(is_hidden, keys)),
        )
        session.execute(sql.Keep(sql.FOUND, found))
        session.execute(sql.ANALYZE_FOUND)

    def _evaluated(self, sane: Sequence[Entry]) -> dict[str, Any]:
        return {
            "keys": [entry.key for entry in sane],
            "segments": [str(entry.id) for entry in sane],
            "versions": [entry.rule_version for entry in sane],
            "causes": [entry.cause(self._cause) for entry in sane],
        }

    def _values(self, sane: Sequence[Entry], scope: Scope) -> dict[str, Any]:
        keys = [entry.key for entry in sane]
        others = sorted(self._book.entries.keys() - set(keys))
        return {"keys": keys, "others": others, "replace": scope.whole}

    def _write(self, sane: Sequence[Entry]) -> int:
        session = self._session
        at = {"at": self._as_of}
        session.execute(sql.LEAVE, at)
        try:
            with session.begin_nested():
                session.execute(sql.ENTER, at)
        except IntegrityError:
            session.execute(sql.ENTER_IF_NOT_IN, at)
        moved: int = session.execute(sql.COUNT).scalar_one()
        session.execute(sql.STAND, at)
        self._announce(sane)
        return moved

    def _announce(self, sane: Sequence[Entry]) -> None:
        told = [
            entry.key
            for entry in sane
            if entry.announces
            and (entry.cause(self._cause) not in QUIET or entry.building == "announced")
        ]
        if not told:
            return
        moves = self._session.execute(sql.TOLD, {"keys": told})
        for (key, entered, cause), some in groupby(moves, itemgetter(0, 1, 2)):
            event = SegmentEntered if entered else SegmentLeft
            customers = [move.customer_id for move in some]
            append_alike(self._session, event(segment=key, cause=cause), customers)


def _among(customers: Collection[UUID] | Span) -> Span | Listed | None:
    """Return whom the rules are asked about; those named one by one stand in the table of ours."""
    if isinstance(customers, Span):
        return None if customers == EVERYBODY else customers
    return Listed(sql.OURS)


def _states(ids: Sequence[UUID] | Span, as_of: datetime) -> Select[Any]:
    """Select the states of customers and lock them, in the order of their ids."""
    names = ("customer_id", "segments", "hidden", "next_check_at", "checked_at")
    columns: list[Any] = [getattr(State, name) for name in names]
    later = State.checked_at > as_of if isinstance(ids, Span) else false()
    said = (false().label("fresh"), func.coalesce(later, false()).label("later"))
    query = select(*columns, *said).where(is_customer(State.customer_id, ids))
    return query.order_by(State.customer_id).with_for_update()
