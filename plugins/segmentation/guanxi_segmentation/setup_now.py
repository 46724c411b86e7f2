"""What is set up now, kept in this process for as long as nothing of it changes.

Segments, schemes, classes and the break points of RFM change seldom; an event would read them anew
each time. :data:`MARK` names the very rows that a transaction sees, so whoever changes them, in
whatever process, and whether that is committed or rolled back: another mark is another set-up.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, Engine
from sqlalchemy.orm import Session

from guanxi.sdk import Ready, attributes_of, settings_of
from guanxi_segmentation.company import PLUGIN, company
from guanxi_segmentation.membership.book import Book, read_book
from guanxi_segmentation.membership.inputs import Touched
from guanxi_segmentation.rfm.cutting import latest_cut
from guanxi_segmentation.rfm.storing import FewScores
from guanxi_segmentation.rules import Context, FactPlan, plan_facts
from guanxi_segmentation.schemes.sorting import computed
from guanxi_segmentation.value.computing import FewValues
from guanxi_segmentation.value.sources import Sources, sources

MARK: Final = """
    SELECT concat_ws(
        '/',
        (SELECT string_agg(xmin::text || ctid::text, '' ORDER BY ctid)
         FROM segmentation_segments),
        (SELECT xmin::text || ctid::text FROM segmentation_rebuilds)
    ), concat_ws(
        '/',
        (SELECT string_agg(xmin::text || ctid::text, '' ORDER BY ctid)
         FROM segmentation_schemes),
        (SELECT string_agg(xmin::text || ctid::text, '' ORDER BY ctid)
         FROM segmentation_classes),
        (SELECT xmin::text || ctid::text FROM segmentation_rfm_cuts
         ORDER BY version DESC LIMIT 1)
    )
    """
"""Transaction and place of each row: no row that is changed keeps both.

One mark for the segments and their rebuild, one for all else: sizes of segments are summed up
every minute.
"""

Mark = tuple[str | None, str]

Asked = tuple[Ready, Mapping[str, Any]]


class Surroundings:
    """Settings and attributes as they are offered now, and the context of rules in them."""

    def __init__(self, session: Session) -> None:
        self._settings = settings_of(session, "core"), settings_of(session, PLUGIN)
        self._attributes = attributes_of(session)
        found = company(session)
        self.company = found
        self.context = Context(self._attributes, found.currency, ZoneInfo(found.zone))
        self.sources: Sources = sources(session, found)

    def are_those_of(self, session: Session) -> bool:
        """Say whether nothing of them has changed; what changes is another object."""
        core, own = self._settings
        if settings_of(session, "core") is not core or settings_of(session, PLUGIN) is not own:
            return False
        now = attributes_of(session)
        return len(now) == len(self._attributes) and all(
            self._attributes.get(key) is one for key, one in now.items()
        )


class Worth:
    """Statements that score, value and sort a few customers, as schemes and cuts are now."""

    def __init__(self, session: Session, around: Surroundings) -> None:
        dialect = session.get_bind().dialect
        cut = latest_cut(session)
        found = computed(session, around.context.attributes)
        self.scores = None if cut is None else FewScores(cut, dialect)
        self.values = FewValues(around.company, around.sources, dialect)
        self.valued = frozenset(one.key for one in around.sources.attributes)
        self.sorts_blindly = found is None
        """Whether only sorting itself can tell if a computed class changes."""
        self.axes = found.keys if found is not None else frozenset[str]()
        differ = found.differ if found is not None else None
        self.differ = None if differ is None else Ready(differ, dialect)
        self.moves = [
            (one, Ready(one.statement, dialect))
            for one in (found.moves if found is not None else ())
        ]


class SetUp:
    """Segments, schemes and break points under their marks, with the statements that follow."""

    def __init__(
        self, session: Session, mark: Mark, around: Surroundings, before: "SetUp | None"
    ) -> None:
        self._dialect: Dialect = session.get_bind().dialect
        self._asking: dict[Touched, tuple[frozenset[str], FactPlan]] = {}
        self.mark = mark
        self.around = around
        self.book: Book = read_book(session)
        self.decides = frozenset(k for k, e in self.book.entries.items() if e.kind == "class")
        """Keys of the hidden segments from which classes follow."""
        same = before is not None and before.mark[1] == mark[1]
        self.worth: Worth = before.worth if before is not None and same else Worth(session, around)

    def scores(self, touched: Touched, ids: list[UUID], as_of: datetime) -> Asked | None:
        """Return the statement that scores customers, if what was touched may change that."""
        if self.worth.scores is None or not touched.touchpoints:
            return None
        return self.worth.scores.asked(ids, as_of)

    def values(self, touched: Touched, ids: list[UUID], as_of: datetime) -> Asked | None:
        """Return the statement that values customers, if what was touched may change that."""
        if not (touched.touchpoints or touched.plugins or touched.attributes & self.worth.valued):
            return None
        return self.worth.values.asked(ids, as_of)

    def classes(self, touched: Touched, ids: list[UUID], as_of: datetime) -> Asked | None:
        """Return the query that finds a row if a computed class may change."""
        if self.worth.differ is None:
            return None
        if not (touched.touchpoints or touched.plugins or touched.attributes & self.worth.axes):
            return None
        return self.worth.differ, {"ids": ids, "as_of": as_of}

    def moves(self, ids: list[UUID], as_of: datetime, cause: str) -> list[Asked]:
        """Return the statements that change computed classes, in the order of ``worth.moves``."""
        values = {"ids": ids, "as_of": as_of, "cause": cause}
        return [(ready, values) for _, ready in self.worth.moves]

    def asking(self, touched: Touched) -> tuple[frozenset[str], FactPlan]:
        """Return the segments that what was touched concerns, and what they look at.

        :raises UnknownAttribute: an attribute has gone with its plugin.
        """
        found = self._asking.get(touched)
        if found is None:
            book = self.book
            keys = book.depending(lambda entry: entry.ready and touched.concerns(entry))
            keys &= book.ready
            rules = [e.rule for level in book.among(keys) for e in level if e.rule is not None]
            plan = plan_facts(rules, self.around.context, self._dialect)
            found = self._asking[touched] = keys, plan
        return found


_kept: WeakKeyDictionary[Engine, SetUp] = WeakKeyDictionary()
"""The latest of each database; it counts for nothing until its mark was compared."""


def remembered(session: Session) -> SetUp | None:
    """Return what was set up when this process last looked; its mark is yet to be compared."""
    found = _kept.get(session.get_bind().engine)
    return found if found is not None and found.around.are_those_of(session) else None


def look(session: Session, mark: Mark, before: SetUp | None) -> SetUp:
    """Read what is set up under a mark, and remember it."""
    around = Surroundings(session) if before is None else before.around
    found = _kept[session.get_bind().engine] = SetUp(session, mark, around, before)
    return found
