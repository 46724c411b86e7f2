"""The order of segments: what a rule mentions is settled before it; circles are found."""

from collections.abc import Collection, Mapping, Sequence


def order(needs: Mapping[str, Collection[str]]) -> Sequence[Sequence[str]]:
    """Return the keys level by level; what leads back to itself, or needs that, is in none.

    Needs that are no keys themselves do not matter.
    """
    left = {key: {one for one in needed if one in needs} for key, needed in needs.items()}
    levels: list[list[str]] = []
    while True:
        free = sorted(key for key, needed in left.items() if not needed)
        if not free:
            return levels
        levels.append(free)
        done = set(free)
        left = {key: needed - done for key, needed in left.items() if key not in done}


def circle(needs: Mapping[str, Collection[str]], start: str) -> Sequence[str] | None:
    """Return a way from ``start`` back to itself, both ends included; None if there is none."""
    came_from: dict[str, str] = {}
    ahead = [start]
    while ahead:
        here = ahead.pop(0)
        for there in sorted(needs.get(here, ())):
            if there == start:
                return _way(came_from, start, here)
            if there not in came_from:
                came_from[there] = here
                ahead.append(there)
    return None


def _way(came_from: Mapping[str, str], start: str, last: str) -> Sequence[str]:
    back = [start, last]
    while back[-1] != start:
        back.append(came_from[back[-1]])
    return back[::-1]
