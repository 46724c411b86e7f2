"""Conditions on members in the form of a rule: attribute, how it is compared, with what.

Each row is named by its number: ``attr-0-key``, ``attr-0-op``, ``attr-0-value``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guanxi.sdk import Attribute, web
from guanxi_loyalty.pages.typed import Typed
from guanxi_loyalty.texts import _, lazy_

MOST: Final = 20
SPARE: Final = 2
"""So many empty rows stand below those filled."""
_NAME: Final = re.compile(r"attr-(\d{1,2})-key")
_FIT: Final[dict[str, tuple[str, ...]]] = {
    "text": ("is", "is_not", "filled", "empty"),
    "number": ("at_least", "at_most", "is", "filled", "empty"),
    "money": ("at_least", "at_most", "is", "filled", "empty"),
    "date": ("at_least", "at_most", "filled", "empty"),
    "instant": ("at_least", "at_most", "filled", "empty"),
    "boolean": ("is",),
    "choice": ("is", "is_not", "filled", "empty"),
    "choices": ("has", "has_not", "filled", "empty"),
}
OPS: Final = {
    "is": lazy_("is"),
    "is_not": lazy_("is not"),
    "at_least": lazy_("is at least"),
    "at_most": lazy_("is at most"),
    "has": lazy_("includes one of"),
    "has_not": lazy_("includes none of"),
    "filled": lazy_("is known"),
    "empty": lazy_("is not known"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is drawn. ``control``: text, number, date, select, checks, or none."""

    number: int
    key: str
    op: str
    values: Sequence[str]
    ops: Sequence[tuple[str, str]]
    control: str
    options: Sequence[tuple[str, str]]
    error: str


def fill_rows(form: Typed, stored: Sequence[Mapping[str, Any]]) -> None:
    """Put the conditions of a definition into a form."""
    for number, one in enumerate(stored):
        value = one.get("value")
        several = value if isinstance(value, list) else [] if value is None else [value]
        shown = [{True: "1", False: "0"}.get(v, str(v)) if isinstance(v, bool) else str(v)
                 for v in several]  # fmt: skip
        form.values |= {f"attr-{number}-key": str(one["key"]), f"attr-{number}-op": str(one["op"])}
        form.lists[f"attr-{number}-value"] = shown
        form.values[f"attr-{number}-value"] = ", ".join(shown)


def rows_of(form: Typed, attributes: Mapping[str, Attribute]) -> list[Row]:
    """Return the rows to draw: those filled in, and some to spare."""
    filled = [number for number in numbers_of(form) if form.get(f"attr-{number}-key")]
    spare = [n for n in range(MOST) if n not in filled][: min(SPARE, MOST - len(filled))]
    return [row_of(form, number, attributes) for number in (*filled, *spare)]


def row_of(form: Typed, number: int, attributes: Mapping[str, Attribute]) -> Row:
    """Return a row to draw, with the controls that fit its attribute."""
    prefix = f"attr-{number}-"
    key, op = form.get(prefix + "key"), form.get(prefix + "op")
    attribute = attributes.get(key)
    fitting = _FIT[attribute.type] if attribute is not None else tuple(OPS)
    options = _options(attribute)
    return Row(
        number=number,
        key=key,
        op=op if op in fitting else fitting[0],
        values=[one for one in form.lists.get(prefix + "value", []) if one],
        ops=[(one, str(OPS[one])) for one in fitting],
        control=_control(attribute, options, op if op in fitting else fitting[0]),
        options=options,
        error=form.errors.get(prefix + "key", ""),
    )


def numbers_of(form: Typed) -> list[int]:
    """Return the numbers of the rows that were sent, in their order."""
    found = {int(hit[1]) for name in form.values if (hit := _NAME.fullmatch(name))}
    return sorted(one for one in found if one < MOST)


def read_rows(form: Typed, attributes: Mapping[str, Attribute]) -> list[dict[str, Any]]:
    """Return the conditions in a form; what is wrong is noted at its row."""
    found = []
    for number in numbers_of(form):
        key = form.get(f"attr-{number}-key")
        if key:
            one = _read(form, number, attributes.get(key))
            found += [one] if one is not None else []
    return found


def _read(form: Typed, number: int, attribute: Attribute | None) -> dict[str, Any] | None:
    place, op = f"attr-{number}-key", form.get(f"attr-{number}-op")
    if attribute is None:
        form.wrong(place, _("Choose an attribute of the list."))
        return None
    if op not in _FIT[attribute.type]:
        form.wrong(place, _("This cannot be compared so. Choose how again."))
        return None
    if op in ("filled", "empty"):
        return {"key": attribute.key, "op": op}
    value = _value(form, f"attr-{number}-value", place, attribute, op)
    return None if value is None else {"key": attribute.key, "op": op, "value": value}


def _value(form: Typed, name: str, place: str, attribute: Attribute, op: str) -> Any:
    typed = Typed({name: form.get(name)}, {name: form.lists.get(name, [])})
    found: Any
    if op in ("has", "has_not"):
        found = _several(typed, name, attribute)
    elif attribute.type in ("number", "money"):
        number = typed.number(name)
        found = None if number is None else str(number)
    elif attribute.type in ("date", "instant"):
        day = typed.day(name)
        found = None if day is None else day.isoformat()
    elif attribute.type == "boolean":
        found = {"1": True, "0": False}.get(typed.choice(name, ("1", "0")))
    elif attribute.choices:
        found = next(iter(_several(typed, name, attribute) or []), None)
    else:
        found = typed.text(name) or None
    if found is None:
        form.wrong(place, typed.errors.get(name) or _("Say with what it is compared."))
    return found


def _several(typed: Typed, name: str, attribute: Attribute) -> list[str] | None:
    """Return chosen values; who typed them may have written titles instead of keys."""
    words = [w for one in typed.lists.get(name, []) for w in Typed({name: one}).words(name)]
    if not attribute.choices:
        return words or None
    known = {key: key for key, _title in attribute.choices}
    titles = {t: key for key, text in attribute.choices for t in (text.en, text.zh)}
    found = [(known | titles | known).get(word) for word in words]
    if None in found:
        typed.wrong(name, _("Choose of the list."))
        return None
    return [one for one in found if one is not None] or None


def _control(attribute: Attribute | None, options: Sequence[tuple[str, str]], op: str) -> str:
    if op in ("filled", "empty") and attribute is not None:
        return "none"
    if options:
        return "checks" if op in ("has", "has_not") else "select"
    if attribute is None:
        return "text"
    types = {"number": "number", "money": "number", "date": "date", "instant": "date"}
    return types.get(attribute.type, "text")


def _options(attribute: Attribute | None) -> list[tuple[str, str]]:
    if attribute is None:
        return []
    if attribute.type == "boolean":
        return [("1", _("yes")), ("0", _("no"))]
    return [(key, title.in_language(web.language())) for key, title in attribute.choices]
