"""Read the tree from the fields of the form: ``r.0.1-value`` belongs to the part at that place."""

from collections.abc import Iterable
from typing import Final

from guanxi.sdk import Invalid
from guanxi_segmentation.pages.builder.tree import Group, Leaf, Part, Place, place_from

MAX_FIELDS: Final = 6_000
MAX_PLACE: Final = 12
MAX_TEXT: Final = 20_000
"""Characters of one field; what a rule takes is checked with the rule."""

_COMPARED: Final = frozenset(
    ("is", "value", "value2", "lines", "period", "period_unit", "missing", "stored")
)

Fields = dict[str, list[str]]


def read_tree(form: Iterable[tuple[str, str]]) -> Group:
    """Return the tree that the fields describe; without any an empty group.

    :raises Invalid: more fields than the form can have sent.
    """
    found = _by_place(form)
    root = found.pop((), {})
    tree = _group(root)
    parts: dict[Place, Part] = {(): tree}
    for place in sorted(found):
        above = parts.get(place[:-1])
        if isinstance(above, Group):
            parts[place] = part = _part(found[place])
            above.parts.append(part)
    return tree


def _by_place(form: Iterable[tuple[str, str]]) -> dict[Place, Fields]:
    found: dict[Place, Fields] = {}
    for count, (name, value) in enumerate(form):
        if count > MAX_FIELDS:
            raise Invalid("A rule may not have so many conditions.")
        start, separator, field = name.rpartition("-")
        if not separator or len(start) > 4 * MAX_PLACE:
            continue
        try:
            place = place_from(start)
        except LookupError:
            continue
        if len(place) <= MAX_PLACE:
            found.setdefault(place, {}).setdefault(field, []).append(value[:MAX_TEXT])
    return found


def _part(fields: Fields) -> Part:
    if "match" in fields:
        return _group(fields)
    what, was = (fields.pop(name, [""])[0] for name in ("what", "was"))
    return Leaf(what, fields if what == was else _kept(was, what, fields))


def _kept(was: str, what: str, fields: Fields) -> Fields:
    """Return what still holds after a condition is about something else: which touchpoints."""
    if was.startswith("touchpoints:") and what.startswith("touchpoints:"):
        return {name: values for name, values in fields.items() if name not in _COMPARED}
    return fields if not was else {}


def _group(fields: Fields) -> Group:
    def first(name: str, default: str) -> str:
        return fields.get(name, [default])[0].strip()

    return Group(first("match", "all"), [], first("held", ""), first("held_unit", "D"))
