"""The condition tree as somebody edits it: what was typed, complete or not.

``reading`` makes it from a form, ``filling`` from a rule; ``writing`` makes a rule of it and
``moving`` changes its shape. A place is the indices on the way down from the root.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Place = tuple[int, ...]

MATCHES: Final = ("all", "any", "none", "not_all")
"""How a group puts its conditions together."""


@dataclass(slots=True)
class Leaf:
    """One condition. ``what`` says on what, the values are what its fields hold."""

    what: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return what one field holds."""
        return next(iter(self.values.get(name, ())), default).strip()

    def texts(self, name: str) -> list[str]:
        """Return all that a field of several values holds."""
        return [text.strip() for text in self.values.get(name, ()) if text.strip()]


@dataclass(slots=True)
class Group:
    """Conditions together; with ``held`` they must have been met for so long."""

    match: str = "all"
    parts: "list[Leaf | Group]" = field(default_factory=list)
    held: str = ""
    held_unit: str = "D"


Part = Leaf | Group


def at(root: Group, place: Place) -> Part:
    """Return the part at a place.

    :raises LookupError: nothing is there.
    """
    found: Part = root
    for index in place:
        if not isinstance(found, Group) or index >= len(found.parts):
            raise LookupError(place)
        found = found.parts[index]
    return found


def group_at(root: Group, place: Place) -> Group:
    """Return the group at a place.

    :raises LookupError: no group is there.
    """
    found = at(root, place)
    if isinstance(found, Leaf):
        raise LookupError(place)  # noqa: TRY004 -- to whoever asks, no group is there
    return found


def walk(root: Group, place: Place = ()) -> Iterator[tuple[Place, Part]]:
    """Yield every part with its place, parents first."""
    yield place, root
    for index, part in enumerate(root.parts):
        if isinstance(part, Group):
            yield from walk(part, (*place, index))
        else:
            yield (*place, index), part


def subject_of(node: Mapping[str, Any]) -> str:
    """Return what a condition of a rule is about, as the builder calls it; empty for groups."""
    if "attribute" in node:
        return f"attribute:{node['attribute']}"
    if "touchpoints" in node:
        return f"touchpoints:{node.get('measure')}"
    return next((name for name in ("segment", "bucket", "consent") if name in node), "")


def name_of(place: Place) -> str:
    """Return the name of a place in forms and pages: ``r.0.2``."""
    return ".".join(("r", *map(str, place)))


def place_from(name: str) -> Place:
    """Return the place that a name stands for.

    :raises LookupError: it is none.
    """
    start, *indices = name.split(".")
    if start != "r" or not all(one.isascii() and one.isdecimal() for one in indices):
        raise LookupError(name)
    if any(len(one) > 3 for one in indices):
        raise LookupError(name)
    return tuple(map(int, indices))
