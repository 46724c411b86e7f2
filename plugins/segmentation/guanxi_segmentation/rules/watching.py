"""Which touchpoints a set of rules has to watch, because time alone will make them count or not.

Deliberately coarse: it asks for the kinds and the windows of all rules together, not for each
condition. A customer is then looked at a little too often, never too late, and a rebuild needs
only one further aggregate for each length of window.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from guanxi_segmentation.rules.binding import Bound, Measured
from guanxi_segmentation.rules.moments import TICK, Moment
from guanxi_segmentation.rules.tree import Calendar, Sliding

Kinds = frozenset[str] | None
"""None where any kind counts."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Touchpoints of some kinds in a window that moves."""

    window: Sliding | Calendar
    kinds: Kinds

    def next_change(self, first: datetime | None, moment: Moment) -> datetime | None:
        """Return when the window's content may change, given the first touchpoint in it."""
        if first is None:
            return None
        if isinstance(self.window, Sliding):
            return first + self.window.last.delta + TICK
        return moment.next_unit(self.window)


def watches(leaves: Iterable[Bound]) -> tuple[Watch, ...]:
    """Return what to watch, one for each moving window, in a stable order."""
    kinds: dict[Sliding | Calendar, Kinds] = {}
    for leaf in leaves:
        if not isinstance(leaf, Measured):
            continue
        window = leaf.selection.window
        if isinstance(window, Calendar):
            # How many units it holds plays no part: any touchpoint from its first one on counts.
            window = Calendar(window.unit, window.offset, 1, window.zone)
        if isinstance(window, (Sliding, Calendar)):
            own = frozenset(leaf.selection.of.kind) or None
            kinds[window] = _union(kinds[window], own) if window in kinds else own
    return tuple(Watch(window, kinds[window]) for window in kinds)


def kinds_of(leaves: Iterable[Bound]) -> Kinds:
    """Return the kinds of touchpoints that any of the conditions looks at."""
    found: Kinds = frozenset()
    for leaf in leaves:
        if isinstance(leaf, Measured):
            found = _union(found, frozenset(leaf.selection.of.kind) or None)
    return found


def _union(one: Kinds, other: Kinds) -> Kinds:
    return None if one is None or other is None else one | other
