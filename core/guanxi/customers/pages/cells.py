"""Values of attributes as cells of a list, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from guanxi.http import formats
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
    match attribute.type:
        case "choices":
            return Cell("tags", tags=[titles.get(one, one) for one in value])
        case "choice":
            return Cell("text", titles.get(value, str(value)))
        case "money":
            return Cell("text", formats.money(value, attribute.unit))
        case "number":
            return Cell("text", formats.number(value))
        case "instant":
            return Cell("text", formats.instant(value, "short"))
        case "date":
            return Cell("text", formats.day(value))
        case "boolean":
            return Cell("text", _YES_NO[language == "zh"][bool(value)])
    return Cell("text", str(value))


_YES_NO: Mapping[bool, Mapping[bool, str]] = {
    True: {True: "是", False: "否"},
    False: {True: "yes", False: "no"},
}
