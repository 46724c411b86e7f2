"""Expressions of surveys per second, beside survey-core in Node in the same run.

The limit: at least 100,000 simple expressions per second, each asked for by its text and evaluated
with the answers of one person; texts are read once and kept. survey-core evaluates one parsed
expression again and again. Times are the least of some runs in seconds of the processor, which
other work on the machine disturbs least. What reading a new text takes is printed, too.
"""

from collections.abc import Callable, Mapping
from time import process_time
from timeit import repeat
from typing import Any, Final

from plugins.surveys.tests.reference import Oracle

from guanxi_surveys.expressions import evaluate
from guanxi_surveys.expressions.reading import parse_anew

LIMIT: Final = 100_000
TIMES: Final = 20_000
NEW: Final = 200
"""Texts to read that were not read before."""
ANSWERS: Final[Mapping[str, Any]] = {
    "a": 6,
    "b": "x",
    "score": 9,
    "reasons": ["price", "service"],
    **{f"question{number}": f"answer {number}" for number in range(40)},
}
SIMPLE: Final = [
    "{a} > 5 and {b} = 'x'",
    "{score} >= 9",
    "{b} = 'y' or {score} < 7",
    "{reasons} contains 'price'",
    "{comment} notempty",
    "{a} + {score} * 2 > 20",
]
LONGER: Final = "iif({score} > 8, 'promoter', iif({score} > 6, 'passive', 'detractor'))"


def main() -> None:
    """Print expressions per second of both sides, and their ratios."""
    with Oracle.started() as oracle:
        for expression in (*SIMPLE, LONGER):
            ours, theirs = _ours(expression), _theirs(oracle, expression)
            print(
                f"{expression}\n    {ours:,.0f} a second, {ours / LIMIT:.2f} of the limit of "
                f"{LIMIT:,}; survey-core {theirs:,.0f}, ratio {ours / theirs:.2f}"
            )
    read = _least(_read_anew, 1) / NEW
    print(f"reading a text for the first time: {read * 1e6:.0f} µs")


def _ours(expression: str) -> float:
    taken = _least(lambda: evaluate(expression, ANSWERS), TIMES)
    return TIMES / taken


def _least(work: Callable[[], object], times: int) -> float:
    return min(repeat(work, number=times, repeat=7, timer=process_time))


def _theirs(oracle: Oracle, expression: str) -> float:
    asked = {"expression": expression, "values": dict(ANSWERS), "times": TIMES}
    return 1e9 / min(oracle.ask("evaluateMany", **asked)["nanoseconds"] for _ in range(5))


def _read_anew() -> None:
    for number in range(NEW):
        parse_anew(f"{{a}} > {number} and {{b}} = 'x'")
