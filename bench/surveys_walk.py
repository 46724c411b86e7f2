"""A whole questionnaire walked through, beside survey-core in Node in the same run.

Thirty questions on six pages with conditions, piping, checks, a calculated value and a trigger, all
answered. The limit: two milliseconds of the processor for one walk of a questionnaire that was read
before. survey-core makes its model anew for each, as a server would have to. Both are times of
the processor; ours is the least of some runs.
"""

from datetime import UTC, datetime
from time import process_time
from timeit import repeat
from typing import Any, Final

from plugins.surveys.tests.reference import Oracle

from guanxi_surveys.questionnaire import read, read_once, walk

LIMIT: Final = 2.0
"""Milliseconds."""
TIMES: Final = 50
NOW: Final = datetime(2026, 5, 17, 10, 30, tzinfo=UTC)
KINDS: Final[dict[str, tuple[dict[str, Any], Any]]] = {
    "rating": ({"rateMax": 10}, 4),
    "radiogroup": ({"choices": ["a", "b", "c", "d", "e"]}, "b"),
    "checkbox": ({"choices": ["a", "b", "c", "d", "e"]}, ["a", "c"]),
    "text": ({"inputType": "number", "validators": [{"type": "numeric", "maxValue": 99}]}, 42),
    "comment": ({}, "some words"),
}


def main() -> None:
    """Print what one walk takes on both sides, and their ratio."""
    definition, values = questionnaire()
    reading = process_time()
    read(definition)
    reading = process_time() - reading
    taken = min(repeat(lambda: one_walk(definition, values), number=TIMES, repeat=7,
                       timer=process_time)) / TIMES * 1e3  # fmt: skip
    with Oracle.started() as oracle:
        theirs = oracle.ask("walkMany", definition=definition, values=values, times=TIMES, seed=1,
                            now=int(NOW.timestamp() * 1000), language="en")  # fmt: skip
    other = theirs["nanoseconds"] / 1e6
    print(
        f"one walk: {taken:.2f} ms, {LIMIT / taken:.2f} times faster than the limit of {LIMIT} ms"
    )
    print(f"survey-core: {other:.2f} ms, ratio {other / taken:.2f}")
    print(f"reading it for the first time: {reading * 1e3:.0f} ms")


def one_walk(definition: dict[str, Any], values: dict[str, Any]) -> None:
    """Walk, and make sure that it came to the end past all questions."""
    found = walk(read_once(definition, "bench"), values, language="en", seed=1, now=NOW)
    if found.ended != "complete" or len(found.shown) != len(values):
        raise RuntimeError(found.errors)


def questionnaire() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the definition and its answers."""
    values: dict[str, Any] = {}
    pages = [{"elements": [asked(number, values) for number in range(first, first + 5)]}
             for first in range(0, 30, 5)]  # fmt: skip
    return {
        "pages": pages,
        "calculatedValues": [{"name": "total", "expression": "{q0} + {q5} + {q10}"}],
        "triggers": [{"type": "complete", "expression": "{q0} = 1"}],
    }, values


def asked(number: int, values: dict[str, Any]) -> dict[str, Any]:
    """Return one question, and put its answer into ``values``."""
    kind = list(KINDS)[number % 5]
    more, values[f"q{number}"] = KINDS[kind]
    question = {"type": kind, "name": f"q{number}", "isRequired": True, **more}
    question["title"] = f"Why {{q{number - 4}}}?" if number % 5 == 4 else f"Question {number}?"
    if number > 4 and number % 2:
        question["visibleIf"] = f"{{q{number - 5}}} notempty and {{q0}} > 1"
    return question


if __name__ == "__main__":
    main()
