"""Work out a few customers in Python: facts are loaded once, then every rule is asked.

The states of the customers are locked (``locking.py``). For very many there is ``bulk.py``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_segmentation.membership import problems, stays
from guanxi_segmentation.membership.book import Book, Entry
from guanxi_segmentation.membership.locking import Locked, Stored
from guanxi_segmentation.membership.stays import Move, Standing
from guanxi_segmentation.rules import Context, Facts, Judged, Questions, Rule, judge, load_facts

log = structlog.get_logger(__name__)

MOST_ROUNDS: Final = 20_000
"""Instants of one customer that are made up for at once, as after a long rest."""

_TICK: Final = timedelta(microseconds=1)
PLACES: Final = """
    SELECT customer_id, segment_id, entered_at, NULL AS included FROM segmentation_memberships
    WHERE customer_id = ANY(CAST(:ids AS uuid[])) AND left_at IS NULL
    UNION ALL
    SELECT customer_id, segment_id, NULL, included FROM segmentation_pins
    WHERE customer_id = ANY(CAST(:ids AS uuid[]))
    """
"""Where customers are now, and what was decided by hand."""
_PLACES = text(PLACES)


@dataclass(slots=True)
class _Case:
    """One customer: what is known, what was decided by hand, where they stand."""

    facts: Facts
    next_check_at: datetime | None
    open: dict[str, datetime] = field(default_factory=dict)
    pins: dict[UUID, bool] = field(default_factory=dict)


class Loaded(NamedTuple):
    """What an evaluation of some customers needs from the database."""

    locked: Locked
    facts: Mapping[UUID, Facts]
    places: Iterable[Sequence[Any]]
    """What :data:`PLACES` finds."""


class Evaluation:
    """An evaluation of some customers, at one or several instants in their order."""

    def __init__(self, session: Session, book: Book, context: Context) -> None:
        self._session = session
        self._book = book
        self._context = context
        self._failed: set[str] = set()
        self.moves: list[Move] = []

    def run(
        self, locked: Locked, *, as_of: datetime, cause: str, keys: Collection[str]
    ) -> list[Move]:
        """Make up for instants that passed, then evaluate ``keys`` as of ``as_of``.

        Nobody is looked at as of an earlier instant than before, whoever waited for whom.
        Returns all moves; they are written and announced.
        """
        instants = {one: self._not_before(stored, as_of) for one, stored in locked.items()}
        late = [one for one, at in instants.items() if _is_due(locked[one].next_check_at, at)]
        cases = self._load(locked, keys, late)
        self._catch_up({one: cases[one] for one in late if one in cases}, instants)
        if keys:
            self._round(cases, instants, cause, keys, whole=False)
        return self.moves

    def run_loaded(
        self, loaded: Loaded, *, as_of: datetime, cause: str, keys: Collection[str]
    ) -> list[Move] | None:
        """As :meth:`run`, with what was loaded already; None where an instant passed."""
        instants = {one: self._not_before(st, as_of) for one, st in loaded.locked.items()}
        if any(_is_due(loaded.locked[one].next_check_at, at) for one, at in instants.items()):
            return None
        cases = self._cases(loaded.locked, loaded.facts, loaded.places)
        if keys:
            self._round(cases, instants, cause, keys, whole=False)
        return self.moves

    def catch_up(self, locked: Locked, *, as_of: datetime) -> list[Move]:
        """Evaluate customers at each instant up to ``as_of`` at which time changes an answer."""
        cases = self._load(locked, (), list(locked))
        self._catch_up(cases, dict.fromkeys(cases, as_of))
        return self.moves

    def _catch_up(self, cases: Mapping[UUID, _Case], until: Mapping[UUID, datetime]) -> None:
        due = {one: at for one, case in cases.items() if (at := case.next_check_at) is not None}
        for _ in range(MOST_ROUNDS):
            due = {one: at for one, at in due.items() if at <= until[one]}
            if not due:
                return
            now = {one: cases[one] for one in due}
            self._round(now, due, "time", self._book.ready, whole=True)
            due = {one: at for one, case in now.items() if (at := case.next_check_at) is not None}

    def _not_before(self, stored: Stored, as_of: datetime) -> datetime:
        return max(filter(None, (as_of, stored.checked_at, self._book.looked_at)))

    def _load(
        self, locked: Locked, keys: Collection[str], late: Collection[UUID]
    ) -> dict[UUID, _Case]:
        """Return the cases of customers; whose instants passed is asked by all rules."""
        facts = self._facts(locked.keys() - set(late), keys)
        facts |= self._facts(late, self._book.ready | set(keys))
        ids = {"ids": [str(one) for one in facts]}
        return self._cases(locked, facts, self._session.execute(_PLACES, ids))

    def _cases(
        self, locked: Locked, facts: Mapping[UUID, Facts], places: Iterable[Sequence[Any]]
    ) -> dict[UUID, _Case]:
        cases = {
            one: _Case(facts[one], stored.next_check_at)
            for one, stored in locked.items()
            if one in facts
        }
        names = self._book.names
        for customer, segment, since, included in places:
            case = cases.get(customer)
            if case is None:
                continue
            if included is not None:
                case.pins[segment] = included
            elif segment in names:
                case.open[names[segment]] = since
        return cases

    def _facts(self, customers: Collection[UUID], keys: Collection[str]) -> dict[UUID, Facts]:
        if not customers:
            return {}
        rules = [e.rule for level in self._book.among(keys) for e in level if e.rule is not None]
        return load_facts(self._session, customers, rules, context=self._context, stays=False)

    def _round(
        self,
        cases: Mapping[UUID, _Case],
        instants: Mapping[UUID, datetime],
        cause: str,
        keys: Collection[str],
        *,
        whole: bool,
    ) -> None:
        """Evaluate each customer at an instant of its own; ``whole``: all keys that are ready."""
        moves: list[Move] = []
        standings = {}
        levels = self._book.among(keys)
        for customer, case in cases.items():
            at = instants[customer]
            found, check = self._one(case, levels, at, cause)
            moves += found
            if not whole and case.next_check_at is not None:
                check = min(filter(None, (check, case.next_check_at)))
            case.next_check_at = check
            standings[customer] = Standing(case.open.keys(), check, at)
        stays.write(self._session, moves, standings)
        stays.announce(self._session, moves)
        self.moves += moves

    def _one(
        self, case: _Case, levels: Collection[Collection[Entry]], at: datetime, cause: str
    ) -> tuple[list[Move], datetime | None]:
        moves: list[Move] = []
        checks: list[datetime] = []
        for level in levels:
            inside, check = self._level(case, level, at)
            checks += [check] if check is not None else []
            for entry in level:
                entered = entry.key in inside
                if entry.key in self._failed or entered == (entry.key in case.open):
                    continue
                why = entry.cause(cause)
                moves.append(Move(entry, case.facts.customer_id, entered, at, why))
                if entered:
                    case.open[entry.key] = at
                else:
                    del case.open[entry.key]
        return moves, min(checks, default=None)

    def _level(
        self, case: _Case, level: Collection[Entry], at: datetime
    ) -> tuple[set[str], datetime | None]:
        """Return in which of the segments the customer belongs, and when to look again."""
        facts = replace(case.facts, segments=case.open)
        pinned = {e.key: case.pins[e.id] for e in level if e.id in case.pins}
        try:
            judged = self._judge(level, facts, at, pinned)
        except Exception:  # noqa: BLE001 -- found out below, which rule it is
            judged = self._singly(level, facts, at, pinned)
        inside = {*judged.segments, *(key for key, included in pinned.items() if included)}
        return inside, _after(judged.next_check_at, at)

    def _judge(
        self, level: Collection[Entry], facts: Facts, at: datetime, pinned: Collection[str]
    ) -> Judged:
        """Ask the rules of a level at once, but those of which it was decided by hand."""
        if not pinned and not self._failed:
            return _questions(level, self._context).judge(facts, at)
        return judge(self._rules(level, pinned), facts, at)

    def _rules(self, level: Collection[Entry], pinned: Collection[str]) -> dict[str, Rule]:
        return {
            e.key: e.rule
            for e in level
            if e.rule is not None and e.key not in pinned and e.key not in self._failed
        }

    def _singly(
        self, level: Collection[Entry], facts: Facts, at: datetime, pinned: Collection[str]
    ) -> Judged:
        """Ask the rules one by one; one that fails is noted and left as it is."""
        found: list[str] = []
        checks: list[datetime] = []
        rules = self._rules(level, pinned)
        for entry in level:
            if entry.key not in rules:
                continue
            try:
                judged = judge({entry.key: rules[entry.key]}, facts, at)
            except Exception as error:
                log.exception("segmentation.evaluation_failed", segment=entry.key)
                self._failed.add(entry.key)
                problems.note_failure(self._session, entry, error)
            else:
                found += judged.segments
                checks += [judged.next_check_at] if judged.next_check_at is not None else []
        return Judged(tuple(found), min(checks, default=None))


def _after(check: datetime | None, at: datetime) -> datetime | None:
    return None if check is None else max(check, at + _TICK)


@lru_cache(maxsize=64)
def _questions_of(level: "_Level") -> Questions:
    rules = {e.key: e.rule for e in level.entries if e.rule is not None}
    return Questions(rules, level.context)


def _questions(entries: Collection[Entry], context: Context) -> Questions:
    return _questions_of(_Level(id(entries), id(context), entries, context))


@dataclass(frozen=True, slots=True)
class _Level:
    """The rules of a level in their circumstances, told apart by identity."""

    entries_id: int
    context_id: int
    entries: Collection[Entry] = field(compare=False)
    """Kept, so that the identities stay theirs."""
    context: Context = field(compare=False)


def _is_due(check: datetime | None, at: datetime) -> bool:
    return check is not None and check <= at
