"""Rows as the lines that COPY reads (PostgreSQL manual, "COPY", text format).

Made column by column: a column whose values are all the same, as instants and actors of one
batch are, is written once, and the others go through one function without a look at each type.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from guanxi.db.literals import Encoder

_NULL: Final = r"\N"
_SPECIAL: Final = ("\\", "\n", "\t", "\r")


class Unwritable(TypeError):
    """A value of a type that is not known here; the driver may know it."""


def copy_text(rows: Sequence[Sequence[Any]], as_text: Sequence[tuple[int, Encoder]]) -> str:
    """Return the lines for ``rows``, which all have the same columns.

    :param as_text: columns whose values are turned into text by a function of their own.
    :raises Unwritable: a value that has no known form.
    """
    encoders = dict(as_text)
    columns = [
        _column(values, encoders.get(place)) for place, values in enumerate(zip(*rows, strict=True))
    ]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _column(values: tuple[Any, ...], encode: Encoder | None) -> Sequence[str]:
    first, last = values[0], values[-1]
    if encode is not None:
        # Equal is not enough here: in JSON, 1 and true are not the same.
        if last is first and set(map(id, values)) == {id(first)}:
            return _encoded((first,), encode) * len(values)
        return _encoded(values, encode)
    # The last one is asked before all others, for in most columns it is another.
    if last == first and values.count(first) == len(values):
        return _texts((first,)) * len(values)
    return _texts(values)


def _encoded(values: Sequence[Any], encode: Encoder) -> list[str]:
    return _escaped([None if value is None else encode(value) for value in values])


def _texts(values: Sequence[Any]) -> list[str]:
    types = set(map(type, values))
    types.discard(type(None))
    if len(types) > 1:
        return [_texts((value,))[0] for value in values]
    if not types:
        return [_NULL] * len(values)
    found = types.pop()
    if issubclass(found, str):
        plain = found is str
        return _escaped(values if plain else [v if v is None else str.__str__(v) for v in values])
    written = _WRITTEN.get(found) or _inherited(found)
    return [_NULL if value is None else written(value) for value in values]


def _inherited(found: type) -> Callable[[Any], str]:
    for known, written in _WRITTEN.items():
        if issubclass(found, known):
            return written
    raise Unwritable(found)


def _escaped(texts: Sequence[str | None]) -> list[str]:
    """Mark what COPY would take for its own, and NULL; mostly there is nothing to mark."""
    filled = [text for text in texts if text is not None]
    whole = "\0".join(filled)
    if any(special in whole for special in _SPECIAL):
        return [_NULL if text is None else _marked(text) for text in texts]
    return filled if len(filled) == len(texts) else [_NULL if t is None else t for t in texts]


def _marked(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")


_WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    UUID: lambda value: f"{value.int:032x}",
    datetime: str,
    date: str,
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: str,
}
"""How values are written by their type; text stays but for what COPY takes for its own."""
