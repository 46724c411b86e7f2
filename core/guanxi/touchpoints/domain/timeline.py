"""One customer's timeline: touchpoints and what plugins add, merged by time, newest first.

Pages are cut so that nothing is lost or shown twice: touchpoints go on below (instant, id);
plugins are asked for what lies before the instant, so their entries at that very instant are
all on the page that ends there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.plugins.contract import TimelineEntry
from guanxi.plugins.dispatch import Dispatcher
from guanxi.touchpoints.domain.reading import Filters, Place, newest
from guanxi.touchpoints.models import Touchpoint

HOOK: Final = "slot_timeline_entries"
_LAST_INSTANT: Final = datetime(9999, 12, 31, tzinfo=UTC)
_LARGEST_ID: Final = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the timeline: a touchpoint, or an entry with the plugin it is from."""

    at: datetime
    touchpoint: Touchpoint | None = None
    entry: TimelineEntry | None = None
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Items newest first; ``next`` is where the following page begins, None at the end."""

    items: Sequence[Item]
    next: Place | None = None
    failed: Sequence[str] = field(default=())
    """Plugins whose entries are missing because they failed."""


def timeline_page(
    session: Session,
    dispatcher: Dispatcher,
    customer_id: UUID,
    *,
    filters: Filters | None = None,
    before: Place | None = None,
    limit: int = 30,
) -> Page:
    """Return one page. With filters only touchpoints are on it, for plugins know no filters."""
    wanted = Filters(customer_id=customer_id) if filters is None else filters
    touchpoints = newest(session, wanted, before=before, limit=limit + 1)
    items = [Item(found.occurred_at, touchpoint=found) for found in touchpoints]
    if filters is not None:
        return _cut(items, limit, ())
    entries, failed = _plugin_items(session, dispatcher, customer_id, before, limit + 1)
    merged = sorted([*items, *entries], key=_order, reverse=True)
    return _cut(merged, limit, failed)


def _plugin_items(
    session: Session,
    dispatcher: Dispatcher,
    customer_id: UUID,
    before: Place | None,
    limit: int,
) -> tuple[list[Item], list[str]]:
    until = _LAST_INSTANT if before is None else before[0]
    outcomes = dispatcher.collect(
        HOOK, session=session, customer_id=customer_id, before=until, limit=limit
    )
    items = [
        Item(entry.at, entry=entry, plugin=outcome.plugin)
        for outcome in outcomes
        for entry in (outcome.value or ())
        if entry.at < until
    ]
    return items, [outcome.plugin for outcome in outcomes if outcome.error is not None]


def _order(item: Item) -> tuple[datetime, bool, UUID]:
    """Newest first; at one instant plugins' entries before touchpoints."""
    if item.touchpoint is None:
        return item.at, True, _LARGEST_ID
    return item.at, False, item.touchpoint.id


def _cut(items: Sequence[Item], limit: int, failed: Sequence[str]) -> Page:
    if len(items) <= limit:
        return Page(items, failed=failed)
    last = items[limit - 1].at
    end = limit
    while end < len(items) and items[end].at == last and items[end].touchpoint is None:
        end += 1
    if end == len(items):
        return Page(items, failed=failed)
    last_item = items[end - 1]
    place = _LARGEST_ID if last_item.touchpoint is None else last_item.touchpoint.id
    return Page(items[:end], next=(last, place), failed=failed)
