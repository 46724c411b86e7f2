"""What a card learns from: values of characteristics of cases, and whether each turned out bad.

Where cases come from is in ``risk.samples``; how columns are read as numbers or words is here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import NoneType
from typing import Any, Final, Literal, NamedTuple

from guanxi_scoring.life.contract import CannotFit, Sentence
from guanxi_scoring.risk.card.bins import Kind, as_category, as_number, is_missing
from guanxi_scoring.risk.card.cutting import Trend
from guanxi_scoring.texts import N_

LEAST_CASES: Final = 200
LEAST_OF_EACH: Final = 40
"""Good and bad ones: below, bins of five percent hold one or two (Siddiqi 2006, chapter 4)."""
MOSTLY: Final = 0.5
PLAIN: Final = frozenset({int, float, NoneType})


@dataclass(frozen=True, slots=True)
class Column:
    """One characteristic: a key, its values by case, and how to cut it."""

    key: str
    values: Sequence[Any]
    kind: Literal["auto", "number", "category"] = "auto"
    trend: Trend = "monotone"
    special: tuple[Any, ...] = ()
    rows: Sequence[int] = ()
    """Where each case stands in its file, for who is to mend it; empty: not from a file."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases with a known outcome, in a fixed order."""

    columns: Sequence[Column]
    bad: Sequence[bool]
    warnings: Sequence[Sentence] = field(default_factory=tuple)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of keys, values and outcomes in their order."""
        told = {
            "columns": [[one.key, [_told(value) for value in one.values]] for one in self.columns],
            "bad": [int(one) for one in self.bad],
        }
        return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def require_enough(cases: Cases) -> None:
    """Check that there is something to learn from.

    :raises CannotFit: too few cases, or too few good or bad ones.
    """
    total, bad = len(cases.bad), sum(map(bool, cases.bad))
    good = total - bad
    if total and not (good and bad):
        raise CannotFit(
            N_(
                "All %(n)s cases turned out the same way, so nothing tells good from bad. "
                "Check the condition of the outcome."
            ),
            n=total,
        )
    if total < LEAST_CASES or min(good, bad) < LEAST_OF_EACH:
        raise CannotFit(
            N_(
                "There are %(good)s good and %(bad)s bad cases. A scorecard needs at least "
                "%(least)s cases, %(each)s of them good and %(each)s bad."
            ),
            good=good,
            bad=bad,
            least=LEAST_CASES,
            each=LEAST_OF_EACH,
        )


def read(column: Column) -> tuple[Kind, list[Any]]:
    """Return whether a column holds numbers or words, and its values so; None where missing.

    :raises CannotFit: a text stands among numbers, with where.
    """
    plain = None if column.kind == "category" else _plain_numbers(column.values)
    if plain is not None:
        return "number", plain
    special = {as_category(one) for one in column.special}
    keys = list(zip(map(type, column.values), column.values, strict=True))
    told = {key: _read(key[1]) for key in set(keys)}
    cells = [told[key] for key in keys]
    known = sum(one.word is not None and one.word not in special for one in cells)
    wrong = [
        place
        for place, one in enumerate(cells)
        if one.number is None and one.word is not None and one.word not in special
    ]
    if column.kind == "category" or (column.kind == "auto" and _are_words(column, wrong, known)):
        return "category", [one.word for one in cells]
    if wrong:
        raise _text_in_numbers(column, wrong)
    return "number", [one.word if one.number is None else one.number for one in cells]


class _Cell(NamedTuple):
    """A value as a number and as a word; neither where it is missing."""

    number: float | None
    word: str | None


def _read(value: Any) -> _Cell:
    return _Cell(None, None) if is_missing(value) else _Cell(as_number(value), as_category(value))


def _plain_numbers(values: Sequence[Any]) -> list[float | None] | None:
    """Return numbers as floats, None where missing; None at all if something else is there."""
    import numpy as np  # noqa: PLC0415 -- only who fits needs it

    if not PLAIN.issuperset(map(type, values)):
        return None
    found = np.array(values, dtype=float)
    if np.isinf(found).any():
        return None
    told = found.astype(object)
    told[np.isnan(found)] = None
    plain: list[float | None] = told.tolist()
    return plain


def special_of(column: Column, kind: Kind) -> tuple[Any, ...]:
    """Return the special values as :func:`read` gives them back."""
    if kind == "category":
        return tuple(as_category(one) for one in column.special)
    plain = (as_number(one) for one in column.special)
    return tuple(
        as_category(one) if number is None else number
        for one, number in zip(column.special, plain, strict=True)
    )


def _are_words(column: Column, wrong: Sequence[int], known: int) -> bool:
    if any(isinstance(one, bool) for one in column.values):
        return True
    return len(wrong) > MOSTLY * known


def _text_in_numbers(column: Column, wrong: Sequence[int]) -> CannotFit:
    text = str(column.values[wrong[0]])[:40]
    if not column.rows:
        return CannotFit(
            N_(
                "%(key)s holds “%(text)s” among numbers. Correct it, or take %(key)s as a category."
            ),
            key=column.key,
            text=text,
        )
    return CannotFit(
        N_(
            "Row %(row)s holds “%(text)s” under %(key)s, which is no number; so do %(more)s more. "
            "Correct it, or take %(key)s as a category."
        ),
        row=column.rows[wrong[0]],
        text=text,
        key=column.key,
        more=len(wrong) - 1,
    )


def _told(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    return repr(float(value)) if isinstance(value, float) else str(value)
