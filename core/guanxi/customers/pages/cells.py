"""Values of attributes as cells of a list, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from guanxi.http import formats
from guanxi.i18n import _
from guanxi.plugins.contract import Attribute

CellKind = Literal["text", "tags", "empty"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows: text, or a list of tags."""

    kind: CellKind
    text: str = ""
    tags: Sequence[str] = ()


_EMPTY = Cell("empty")


def cells(columns: Sequence[Attribute], values: Sequence[Any], language: str) -> dict[str, Cell]:
    """Return the cells of one row by the attributes' keys."""
    return {a.key: cell(a, value, language) for a, value in zip(columns, values, strict=False)}


def cell(attribute: Attribute, value: Any, language: str) -> Cell:
    """Return one value as a cell."""
    if value is None or value in ("", []):
        return _EMPTY
    titles = {key: title.in_language(language) for key, title in attribute.choices}
    if attribute.type == "choices":
        return Cell("tags", tags=[titles.get(one, one) for one in value])
    if attribute.type == "choice":
        return Cell("text", titles.get(value, str(value)))
    if attribute.type == "money":
        return Cell("text", formats.money(value, attribute.unit))
    return Cell("text", _WRITTEN.get(attribute.type, str)(value))


def _yes_no(value: Any) -> str:
    return _("yes") if value else _("no")


_WRITTEN: Final[Mapping[str, Callable[[Any], str]]] = {
    "number": formats.number,
    "instant": lambda value: formats.instant(value, "short"),
    "date": formats.day,
    "boolean": _yes_no,
}
