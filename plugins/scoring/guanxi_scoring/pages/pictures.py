"""Pictures of a version as the page draws them: lines, bars or a heat map, and always a table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from guanxi.sdk import NotFound, Text
from guanxi_scoring.explaining import wording
from guanxi_scoring.models import Version
from guanxi_scoring.pages.drawing import COLUMNS, DRAWINGS, Column, Drawing
from guanxi_scoring.texts import N_, _

Rows = Sequence[Sequence[Any]]
_MOST_LEVELS = 9


def pictures_of(version: Version, currency: str) -> list[dict[str, Any]]:
    """Return the pictures of a version, known ones first, as the template draws them."""
    stored = version.pictures
    names = [*(name for name in DRAWINGS if name in stored), *sorted(stored.keys() - DRAWINGS)]
    return [picture(name, stored[name], currency) for name in names]


def picture(name: str, stored: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return one picture, with its table in words."""
    drawing = DRAWINGS.get(name)
    names, rows = list(stored["columns"]), stored["rows"]
    columns = [column_of(one, drawing) for one in names]
    drawn = _drawn(drawing, names, rows, columns, currency) if drawing and rows else {}
    return {
        "name": name,
        "title": str(drawing.title) if drawing else _plain(name),
        "caption": str(drawing.caption) if drawing else "",
        "across": str(drawing.across) if drawing else "",
        "up": str(drawing.up) if drawing else "",
        "columns": _headings(names, columns),
        "rows": [_in_words(names, row, columns, currency) for row in rows],
        **drawn,
    }


def file_of(version: Version, name: str) -> tuple[list[str], Rows]:
    """Return the titles and rows of a picture for a file, numbers as they are.

    :raises NotFound: the version has no such picture.
    """
    stored = version.pictures.get(name)
    if stored is None:
        raise NotFound(N_("This version has no such picture."))
    drawing = DRAWINGS.get(name)
    titles = [str(column_of(one, drawing).title) for one in stored["columns"]]
    return titles, [[_cell(one) for one in row] for row in stored["rows"]]


def column_of(name: str, drawing: Drawing | None) -> Column:
    """Return how a column of a picture is called and written."""
    own = drawing.columns if drawing else {}
    plain = _plain(name)
    return own.get(name) or COLUMNS.get(name) or Column(Text(plain, plain))


def written(value: Any, column: Column, currency: str) -> str:
    """Return a value of a column in words."""
    if value is None:
        return "–"
    if column.written == "day" and isinstance(value, str):
        return wording.day(date.fromisoformat(value))
    if isinstance(value, str) or column.written == "text":
        return str(value)
    if column.written == "share":
        return wording.share(value)
    if column.written == "money":
        return wording.money(value, currency)
    return wording.number(value)


def _headings(names: Sequence[str], columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        {
            "key": name,
            "title": str(column.title),
            "primary": place == 0,
            "align": "end" if place else "",
            "plain": True,
        }
        for place, (name, column) in enumerate(zip(names, columns, strict=True))
    ]


def _in_words(
    names: Sequence[str], row: Sequence[Any], columns: Sequence[Column], currency: str
) -> dict[str, str]:
    cells = zip(names, row, columns, strict=True)
    return {name: written(value, column, currency) for name, value, column in cells}


def _drawn(
    drawing: Drawing, names: list[str], rows: Rows, columns: list[Column], currency: str
) -> dict[str, Any]:
    if drawing.chart == "table":
        return {}
    if drawing.chart == "matrix":
        return {"chart": "matrix", **_matrix(drawing, names, rows, columns, currency)}
    shown = [name for name in drawing.series if name in names] or names[1:]
    places = [names.index(name) for name in shown]
    kinds = {columns[place].written for place in places}
    labels = [_label(row, names, columns, currency) for row in rows]
    return {
        "chart": drawing.chart,
        "is_whole": len(shown) == len(names) - 1,
        "labels": labels,
        "unit": "%" if kinds == {"share"} else currency if kinds == {"money"} else None,
        "series": [
            {
                "name": str(columns[place].title),
                "data": [_point(row[place], columns[place]) for row in rows],
            }
            for place in places
        ],
    }


def _label(row: Sequence[Any], names: list[str], columns: list[Column], currency: str) -> str:
    """Return what stands below a point: its first column, or a span from one value to another."""
    if names[:2] == ["from", "to"]:
        low, high = (written(value, columns[0], currency) for value in row[:2])
        if row[0] is None:
            return f"– {high}"
        return f"{low} –" if row[1] is None else f"{low} – {high}"
    return written(row[0], columns[0], currency)


def _point(value: Any, column: Column) -> float | None:
    if value is None:
        return None
    factor = 100 if column.written == "share" else 1
    return round(float(value) * factor, 4)


def _matrix(
    drawing: Drawing, names: list[str], rows: Rows, columns: list[Column], currency: str
) -> dict[str, Any]:
    """Return a heat map; its rows go downwards in the order in which they come."""
    across, down, value = (names.index(one) for one in drawing.series or names[:3])
    found = {(row[across], row[down]): row[value] for row in rows}
    known = [one for one in found.values() if one is not None]
    most = max(known, default=0)
    heads, sides = _unique(row[across] for row in rows), _unique(row[down] for row in rows)
    return {
        "cells": _("%(what)s, in percent", what=columns[value].title)
        if columns[value].written == "share"
        else str(columns[value].title),
        "heads": [written(one, columns[across], currency) for one in heads],
        "sides": [
            {
                "title": written(side, columns[down], currency),
                "cells": [
                    _heat(found.get((head, side)), most, columns[value], currency) for head in heads
                ],
            }
            for side in sides
        ],
    }


def _heat(value: Any, most: float, column: Column, currency: str) -> dict[str, Any] | None:
    if value is None:
        return None
    level = round(_MOST_LEVELS * float(value) / float(most)) if most else 0
    if column.written == "share":  # the sign would not fit into a cell
        text = wording.number(round(100 * value))
    else:
        text = written(value, column, currency)
    return {"value": text, "level": max(0, min(_MOST_LEVELS, level))}


def _unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _cell(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value
