"""Reading expressions and evaluating them: the public functions of the package."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from guanxi_surveys.expressions.context import Context, Function
from guanxi_surveys.expressions.faults import ExpressionError, NoResultError
from guanxi_surveys.expressions.grammar import read
from guanxi_surveys.expressions.javascript import as_json, to_number
from guanxi_surveys.expressions.parts import Run
from guanxi_surveys.texts import N_

LONG: Final = 300
"""Characters from which on an expression takes so much memory that few are kept."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read, with the names of the values and functions that it uses."""

    text: str
    names: tuple[str, ...]
    functions: tuple[str, ...]
    run: Run

    def evaluate(
        self,
        values: Mapping[str, Any],
        *,
        functions: Mapping[str, Function] | None = None,
        now: datetime | None = None,
        strict: Collection[str] = (),
    ) -> Any:
        """Return the result: a value of JSON, or an aware datetime.

        ``values`` are answers by name; what is not answered is not in it. ``functions`` are added
        to the built-in ones and come before them: each takes a list of parameters. ``now`` is
        aware, and its time zone is the one in which days begin; expressions that ask for the
        present raise ExpressionError without it. Lists of the names in ``strict`` are compared in
        their order (ranking). Raises ExpressionError where there is too much to do.
        """
        return self._result(Context(values, functions, now, strict), as_json)

    def holds(
        self,
        values: Mapping[str, Any],
        *,
        functions: Mapping[str, Function] | None = None,
        now: datetime | None = None,
        strict: Collection[str] = (),
    ) -> bool:
        """Tell whether a condition is met whose result need not be a truth value: it is true, or 1.

        So it is with the conditions of choices and validators; what makes a question visible or
        required, or sets off a trigger, is a result that is true itself. Takes and raises what
        :meth:`evaluate` does.
        """
        return bool(self._result(Context(values, functions, now, strict), _is_met))

    def _result(self, context: Context, converted: Callable[[Any], Any]) -> Any:
        try:
            return converted(self.run(context))
        except NoResultError:
            return None
        except RecursionError:
            raise ExpressionError(N_("An answer is nested too deep to be evaluated.")) from None


def _is_met(result: Any) -> bool:
    return result if isinstance(result, bool) else to_number(result) == 1


def parse(expression: str) -> Expression:
    """Read an expression; the last thousand are kept, and a few long ones.

    Raises ExpressionError for what cannot be read, is too long or too deep, with the place.
    """
    return _kept(expression) if len(expression) <= LONG else _kept_long(expression)


def parse_anew(expression: str) -> Expression:
    """Read an expression that is not worth keeping; raises what :func:`parse` does."""
    part = read(expression)
    return Expression(expression, part.names, part.functions, part.run)


_kept = lru_cache(maxsize=1024)(parse_anew)
_kept_long = lru_cache(maxsize=32)(parse_anew)


def evaluate(
    expression: str,
    values: Mapping[str, Any],
    *,
    functions: Mapping[str, Function] | None = None,
    now: datetime | None = None,
    strict: Collection[str] = (),
) -> Any:
    """Read and evaluate an expression; see :meth:`Expression.evaluate`."""
    return parse(expression).evaluate(values, functions=functions, now=now, strict=strict)
