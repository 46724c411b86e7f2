"""Work out very many customers in SQL: one statement per level of segments, then the difference.

Whoever calls this holds the states of the customers, or has the evaluation for itself.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.sdk import append
from guanxi_segmentation.events import SegmentEntered, SegmentLeft
from guanxi_segmentation.membership import bulk_statements as sql
from guanxi_segmentation.membership import problems
from guanxi_segmentation.membership.book import Book, Entry
from guanxi_segmentation.membership.drafts import is_hidden
from guanxi_segmentation.membership.stays import QUIET
from guanxi_segmentation.rules import Context, matches

log = structlog.get_logger(__name__)

Judge = Callable[[Session], None]
"""Looks at the moves of a level (the table ``segmentation_moves``) before they are written."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what an evaluation is about.

    :param customers: None for everybody.
    :param keys: the segments; those that cannot be evaluated are left out.
    :param whole: all that are ready are among ``keys``, so that the answer when to look again
        replaces the one that is stored.
    """

    customers: Collection[UUID] | None
    keys: Collection[str]
    whole: bool

    @property
    def ids(self) -> list[str] | None:
        """The customers as the statements take them."""
        return None if self.customers is None else [str(one) for one in self.customers]


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

    def run(self, scope: Scope, judge: Judge | None = None) -> int:
        """Evaluate level by level; return how many memberships changed."""
        moved = 0
        self._session.execute(sql.ROOM)
        for number, level in enumerate(self._book.among(scope.keys)):
            replace_check = scope.whole and number == 0
            sane = self._find(level, scope)
            self._session.execute(sql.WANTED, self._values(sane, scope))
            self._session.execute(sql.MOVES, self._values(sane, scope))
            self._session.execute(sql.ANALYZE_MOVES)
            if judge is not None:
                judge(self._session)
            moved += self._write(sane, scope, replace_check=replace_check)
        return moved

    def _find(self, level: Sequence[Entry], scope: Scope) -> Sequence[Entry]:
        """Fill ``segmentation_found``; return the segments that could be evaluated."""
        try:
            with self._session.begin_nested():
                self._fill(level, scope)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            sane = self._sane(level, scope)
            self._fill(sane, scope)
            return sane
        return level

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
            self._fill([entry], scope)
        finally:
            trial.rollback()

    def _fill(self, level: Sequence[Entry], scope: Scope) -> None:
        self._session.execute(sql.FORGET_FOUND)
        ordered = sorted(level, key=lambda entry: (is_hidden(entry.key), entry.key))
        rules = {entry.key: entry.rule for entry in ordered if entry.rule is not None}
        found = matches(rules, as_of=self._as_of, context=self._context, customers=scope.customers)
        self._session.execute(sql.Keep(found))
        self._session.execute(sql.ANALYZE_FOUND)

    def _values(self, level: Sequence[Entry], scope: Scope) -> dict[str, Any]:
        keys = [entry.key for entry in level]
        others = sorted(self._book.entries.keys() - set(keys))
        return {
            "keys": keys,
            "others": others,
            "ids": scope.ids,
            "segments": [str(entry.id) for entry in level],
            "versions": [entry.rule_version for entry in level],
            "causes": [self._cause_of(entry) for entry in level],
        }

    def _cause_of(self, entry: Entry) -> str:
        if entry.building is None or entry.noted is not None:
            return self._cause
        return "rule" if entry.rule_version > 1 else "built"

    def _write(self, level: Sequence[Entry], scope: Scope, *, replace_check: bool) -> int:
        session = self._session
        at = {"at": self._as_of}
        session.execute(sql.LEAVE, at)
        session.execute(sql.ENTER, at)
        moved: int = session.execute(sql.COUNT).scalar_one()
        some = scope.customers is not None
        session.execute(sql.STAND, {**at, "replace": replace_check, "some": some})
        self._announce(level)
        session.execute(sql.FORGET_ALL)
        return moved

    def _announce(self, level: Sequence[Entry]) -> None:
        told = [
            entry.key
            for entry in level
            if entry.announces
            and (self._cause_of(entry) not in QUIET or entry.building == "announced")
        ]
        if not told:
            return
        for customer, key, entered, cause in self._session.execute(sql.TOLD, {"keys": told}):
            event = SegmentEntered if entered else SegmentLeft
            append(self._session, event(customer_id=customer, segment=key, cause=cause))
