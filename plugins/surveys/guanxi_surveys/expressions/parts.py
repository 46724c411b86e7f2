"""One piece of a compiled expression."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guanxi_surveys.expressions.context import Context
from guanxi_surveys.expressions.faults import DEPTH, ExpressionError
from guanxi_surveys.texts import N_

Run = Callable[[Context], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A function that evaluates the piece, and what is known of it.

    ``depth`` counts pieces inside each other; ``names`` are the values that it reads, ``functions``
    those that it calls; ``constant`` is said of literals, ``nothing`` of the literal null.
    """

    run: Run
    depth: int = 1
    names: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    constant: bool = False
    nothing: bool = False
    name: str | None = None
    """Of the value, where the piece is nothing else."""


def around(run: Run, *inside: Part, functions: tuple[str, ...] = ()) -> Part:
    """Return a piece that holds others; raises ExpressionError where they are too deep."""
    depth = 1 + max((part.depth for part in inside), default=0)
    if depth > DEPTH:
        raise ExpressionError(
            N_("The expression is nested more than %(most)s levels deep."), most=DEPTH
        )
    return Part(
        run,
        depth,
        tuple(dict.fromkeys(name for part in inside for name in part.names)),
        tuple(dict.fromkeys([*functions, *(name for part in inside for name in part.functions)])),
    )
