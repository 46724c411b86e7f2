"""Change the shape of a tree: add, copy, remove, move; each returns the place to look at next."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Final

from guanxi_segmentation.pages.builder.tree import Group, Leaf, Part, Place, at, group_at

MAX_DEPTH: Final = 8
"""Groups within groups that can be made by hand; a rule may be somewhat deeper."""


def act(root: Group, action: str, place: Place) -> Place:
    """Do what a button asks for; what cannot be done changes nothing.

    :returns: the place that should have the focus.
    """
    try:
        return _ACTIONS[action](root, place)
    except (KeyError, LookupError):
        return place


def can(root: Group, place: Place) -> dict[str, bool]:
    """Say what can be done with the part at ``place``."""
    *above, index = place
    siblings = group_at(root, tuple(above)).parts
    return {
        "up": index > 0,
        "down": index < len(siblings) - 1,
        "into_above": index > 0 and isinstance(siblings[index - 1], Group),
        "into_below": index < len(siblings) - 1 and isinstance(siblings[index + 1], Group),
        "out": len(place) > 1,
        "wrap": len(place) + _height(siblings[index]) < MAX_DEPTH,
    }


def _add(root: Group, place: Place) -> Place:
    return _append(root, place, Leaf())


def _add_group(root: Group, place: Place) -> Place:
    if len(place) + 1 >= MAX_DEPTH:
        return place
    match = "all" if group_at(root, place).match == "any" else "any"
    return (*_append(root, place, Group(match, [Leaf()])), 0)


def _append(root: Group, place: Place, part: Part) -> Place:
    parts = group_at(root, place).parts
    parts.append(part)
    return (*place, len(parts) - 1)


def _copy(root: Group, place: Place) -> Place:
    siblings, index = _around(root, place)
    siblings.insert(index + 1, deepcopy(siblings[index]))
    return (*place[:-1], index + 1)


def _remove(root: Group, place: Place) -> Place:
    siblings, index = _around(root, place)
    del siblings[index]
    if siblings:
        return (*place[:-1], min(index, len(siblings) - 1))
    return place[:-1]


def _step(by: int) -> Callable[[Group, Place], Place]:
    def step(root: Group, place: Place) -> Place:
        siblings, index = _around(root, place)
        other = index + by
        if not 0 <= other < len(siblings):
            return place
        siblings[index], siblings[other] = siblings[other], siblings[index]
        return (*place[:-1], other)

    return step


def _into(by: int) -> Callable[[Group, Place], Place]:
    def into(root: Group, place: Place) -> Place:
        siblings, index = _around(root, place)
        group = siblings[index + by] if 0 <= index + by < len(siblings) else None
        if not isinstance(group, Group):
            return place
        part = siblings.pop(index)
        group.parts.insert(len(group.parts) if by < 0 else 0, part)
        new = index + by if by < 0 else index
        return (*place[:-1], new, len(group.parts) - 1 if by < 0 else 0)

    return into


def _out(root: Group, place: Place) -> Place:
    if len(place) < 2:
        return place
    siblings, index = _around(root, place)
    outer, group = group_at(root, place[:-2]), place[-2]
    outer.parts.insert(group + 1, siblings.pop(index))
    if siblings:
        return (*place[:-2], group + 1)
    del outer.parts[group]
    return place[:-1]


def _wrap(root: Group, place: Place) -> Place:
    siblings, index = _around(root, place)
    if not can(root, place)["wrap"]:
        return place
    siblings[index] = Group("any", [siblings[index]])
    return (*place, 0)


def _around(root: Group, place: Place) -> tuple[list[Part], int]:
    """Return the list in which the part at ``place`` stands, and where.

    :raises LookupError: nothing is there, or it is the root.
    """
    if not place:
        raise LookupError(place)
    at(root, place)
    return group_at(root, place[:-1]).parts, place[-1]


def _height(part: Part) -> int:
    if isinstance(part, Leaf):
        return 0
    return 1 + max(map(_height, part.parts), default=0)


_ACTIONS: Final[Mapping[str, Callable[[Group, Place], Place]]] = {
    "add": _add,
    "add_group": _add_group,
    "copy": _copy,
    "remove": _remove,
    "up": _step(-1),
    "down": _step(1),
    "into_above": _into(-1),
    "into_below": _into(1),
    "out": _out,
    "wrap": _wrap,
}
