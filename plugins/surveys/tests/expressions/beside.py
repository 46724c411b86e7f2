"""Results of ours beside those of the reference."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from plugins.surveys.tests.reference import Oracle

from guanxi_surveys.expressions import ExpressionError, evaluate

NOW: Final = datetime(2023, 11, 15, 6, 13, 20, tzinfo=timezone(timedelta(hours=8)))
"""In the zone of the oracle."""
UNREADABLE: Final = "cannot be read"
THROWN: Final = "a TypeError"

Case = tuple[str, Mapping[str, Any]]


def expected(oracle: Oracle, cases: Sequence[Case]) -> list[Any]:
    """Return what the reference says to each case."""
    now = NOW.timestamp() * 1000
    answers = oracle.ask_all(
        [
            {"op": "evaluate", "expression": text, "values": values, "now": now}
            for text, values in cases
        ]
    )
    return [_result(answer) for answer in answers]


def _result(answer: Mapping[str, Any]) -> Any:
    if "error" in answer:
        return THROWN
    return UNREADABLE if answer.get("invalid") else _as_json(answer["value"])


def _as_json(value: Any) -> Any:
    """Return a value of the oracle as ours are: a date as one, nothing for what JSON has not."""
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    if type(value) is int:
        return value if abs(value) <= 2**53 else float(value)
    if isinstance(value, dict) and "$" in value:
        at = value.get("at")
        return None if at is None else datetime.fromtimestamp(at / 1000, NOW.tzinfo)
    return value


def ours(text: str, values: Mapping[str, Any]) -> Any:
    """Return our result of a case."""
    try:
        return evaluate(text, values, now=NOW)
    except ExpressionError:
        return UNREADABLE


def agree(oracle: Oracle, cases: Sequence[Case]) -> None:
    """Fail with cases in which we differ; where the reference throws there is no result."""
    wrong = []
    for case, theirs in zip(cases, expected(oracle, cases), strict=True):
        mine = ours(*case)
        exact = "^" not in case[0] and "power" not in case[0]
        if not exact and "%" in case[0]:
            continue
        if theirs != THROWN and not _same(mine, theirs, exact=exact):
            wrong.append((*case, {"ours": mine, "theirs": theirs}))
    assert wrong[:3] == []


def _same(mine: Any, theirs: Any, *, exact: bool = True) -> bool:
    """Tell whether two results are the same; true is not 1, and 1 is 1.0.

    With powers they are not `exact`: the last digit of one depends on who computes it, and a
    remainder may make more of it.
    """
    if isinstance(mine, list) and isinstance(theirs, list):
        pairs = zip(mine, theirs, strict=False)
        return len(mine) == len(theirs) and all(_same(*pair, exact=exact) for pair in pairs)
    if not exact and isinstance(mine, float) and isinstance(theirs, (int, float)):
        return math.isclose(mine, theirs, rel_tol=1e-12)
    return isinstance(mine, bool) == isinstance(theirs, bool) and bool(mine == theirs)
