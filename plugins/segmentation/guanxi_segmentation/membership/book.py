"""The segments at work: their rules read, what stands in the way, and in which order they come.

Read anew for each evaluation, but a rule that was read once is not read again.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import attributes_of
from guanxi_segmentation.membership.levels import order
from guanxi_segmentation.rules import InvalidRule, Mentions, Rule, mentions, read
from guanxi_segmentation.texts import N_

_ROWS = text(
    """
    SELECT id, key, kind, rule::text AS rule, rule_version, announce, building,
           problem::text AS problem, evaluated_at, version,
           (SELECT as_of FROM segmentation_rebuilds r
            WHERE s.key || ':' || s.rule_version || ':' || s.version = ANY(r.segments)) AS begun
    FROM segmentation_segments s WHERE state = 'active' ORDER BY key
    """
)
_NOTHING = Mentions(
    attributes=frozenset(),
    touchpoints=False,
    consents=False,
    segments=frozenset(),
    held=(),
    timed=False,
)

Problem = Mapping[str, Any]
"""Why a segment cannot be evaluated: ``message`` (a msgid) and ``values``."""


class _Row(NamedTuple):
    """A segment as it is stored."""

    id: UUID
    key: str
    kind: str
    rule: str | None
    rule_version: int
    announce: bool
    building: str | None
    problem: str | None
    evaluated_at: datetime | None
    version: int
    begun: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One segment at work.

    ``rule`` is None for a list by hand, and where ``problem`` stands; ``noted`` is the problem
    that is stored; ``begun`` is the instant as of which a rebuild that goes on works it out.
    """

    id: UUID
    key: str
    kind: str
    rule: Rule | None
    mentions: Mentions
    rule_version: int
    announce: bool
    building: str | None
    version: int
    begun: datetime | None = None
    problem: Problem | None = None
    noted: Problem | None = None

    @property
    def mark(self) -> str:
        """What a rebuild calls it: whoever is edited meanwhile is another."""
        return f"{self.key}:{self.rule_version}:{self.version}"

    @property
    def needs(self) -> frozenset[str]:
        """Keys of the segments that come before it, the hidden ones of "held" included."""
        return self.mentions.segments | {one.key for one in self.mentions.held}

    @property
    def works(self) -> bool:
        """Whether it can be evaluated."""
        return self.problem is None

    @property
    def ready(self) -> bool:
        """Whether all customers were looked at, so that single ones can be from then on.

        Or are being looked at: who changes meanwhile may be one whose batch is over.
        """
        settled = self.noted is None and self.building is None
        return self.problem is None and (settled or self.begun is not None)

    def cause(self, cause: str) -> str:
        """Return why somebody moves now: a first build and one after an edit say so."""
        if self.building is None or self.noted is not None:
            return cause
        return "rule" if self.rule_version > 1 else "built"

    @property
    def announces(self) -> bool:
        """Whether entering and leaving are told to others."""
        return self.announce and self.kind in ("rule", "static")


class Book:
    """The segments at work by key, and level by level: what a segment mentions comes before it."""

    def __init__(self, entries: Iterable[Entry], looked_at: datetime | None = None) -> None:
        self.looked_at = looked_at
        """When everybody was last looked at; nobody is looked at as of an earlier instant."""
        self.entries: Mapping[str, Entry] = {entry.key: entry for entry in entries}
        levels = order({key: entry.needs for key, entry in self.entries.items()})
        self.levels = tuple(tuple(self.entries[key] for key in level) for level in levels)
        self.ready = frozenset(key for key, entry in self.entries.items() if entry.ready)
        """Keys of the segments in which single customers can be looked at."""
        self.names = {entry.id: key for key, entry in self.entries.items()}
        """Keys of segments by their ids."""
        self._among: dict[frozenset[str], tuple[tuple[Entry, ...], ...]] = {}

    def among(self, keys: Collection[str]) -> "tuple[tuple[Entry, ...], ...]":
        """Return those of ``keys`` that can be evaluated, level by level."""
        asked = frozenset(keys)
        found = self._among.get(asked)
        if found is None:
            levels = (
                tuple(e for e in level if e.key in asked and e.works) for level in self.levels
            )
            found = self._among[asked] = tuple(level for level in levels if level)
        return found

    def depending(self, found: Callable[[Entry], bool]) -> frozenset[str]:
        """Return the keys of the segments that ``found`` names, and of all that mention them."""
        keys: set[str] = set()
        for level in self.levels:
            keys |= {entry.key for entry in level if found(entry) or entry.needs & keys}
        return frozenset(keys)


def read_book(session: Session) -> Book:
    """Return the segments at work, each with what stands in its way now."""
    rows = tuple(_Row(*row) for row in session.execute(_ROWS))
    wanted = _wanted(rows)
    known = attributes_of(session) if wanted else {}
    return _book(rows, wanted.difference(known))


@lru_cache(maxsize=16)
def _wanted(rows: tuple[_Row, ...]) -> frozenset[str]:
    read_rules = (_read(row.rule) for row in rows if row.rule is not None)
    return frozenset().union(*(found.attributes for _rule, found, _problem in read_rules))


@lru_cache(maxsize=16)
def _book(rows: tuple[_Row, ...], missing: frozenset[str]) -> Book:
    entries = {row.key: _entry(row, missing) for row in rows}
    for key, entry in entries.items():
        lost = sorted(entry.needs - entries.keys())
        if entry.works and lost:
            problem = _problem(N_("The segment %(key)s is not there any more."), key=lost[0])
            entries[key] = replace(entry, rule=None, problem=problem)
    instants = [at for row in rows for at in (row.evaluated_at, row.begun) if at is not None]
    looked_at = max(instants, default=None)
    return Book(_without_circles(entries), looked_at)


def _without_circles(entries: Mapping[str, Entry]) -> Iterable[Entry]:
    placed = {key for level in order({k: e.needs for k, e in entries.items()}) for key in level}
    for key, entry in entries.items():
        if key in placed:
            yield entry
        else:
            problem = _problem(N_("Its rule leads back to itself."))
            yield replace(entry, rule=None, problem=problem, mentions=_NOTHING)


def _entry(row: _Row, missing: frozenset[str]) -> Entry:
    rule, found, problem = (None, _NOTHING, None) if row.rule is None else _read(row.rule)
    lost = sorted(found.attributes & missing)
    if problem is None and lost:
        rule = None
        problem = _problem(
            N_("The attribute %(key)s is missing. Is its plugin switched off?"), key=lost[0]
        )
    return Entry(
        row.id,
        row.key,
        row.kind,
        rule,
        found,
        row.rule_version,
        row.announce,
        row.building,
        row.version,
        row.begun,
        problem,
        None if row.problem is None else json.loads(row.problem),
    )


@lru_cache(maxsize=4096)
def _read(document: str) -> tuple[Rule | None, Mentions, Problem | None]:
    try:
        rule = read(json.loads(document))
        return rule, mentions(rule), None
    except InvalidRule as error:
        why = _problem(N_("Its rule cannot be read (%(why)s)."), why=str(error))
        return None, _NOTHING, why


def _problem(message: str, **values: str) -> Problem:
    return {"message": message, "values": values}
