"""What an expression sees while it is evaluated: values, functions, the present moment."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from guanxi_surveys.expressions.faults import ExpressionError
from guanxi_surveys.expressions.work import Work
from guanxi_surveys.texts import N_

LEVELS: Final = 3
"""Of conditions on rows inside each other; a text among the answers may be one, too."""

MISSING: Final = object()
"""What stands for the value of a name that there is not."""

Function = Callable[[list[Any]], Any]
"""A function of the caller's own: takes the list of parameters, returns a value of JSON."""


class Context:
    """One evaluation. Names are found in any case; one that is written the same comes first."""

    __slots__ = (
        "_folded", "_missed", "functions", "level", "now", "outer", "strict", "values", "work",
    )  # fmt: skip

    def __init__(
        self,
        values: Mapping[str, Any],
        functions: Mapping[str, Function] | None = None,
        now: datetime | None = None,
        strict: Collection[str] = (),
    ) -> None:
        self.values = values
        self.functions = functions
        self.now = now
        self.strict = strict
        self.work = Work()
        self.outer: Context | None = None
        self.level = 0
        self._missed = 0
        self._folded: dict[str, Any] | None = None

    def inside(self, item: Mapping[str, Any]) -> "Context":
        """Return the context of a condition on one item of a list: its values, then these."""
        if self.level == LEVELS:
            raise ExpressionError(N_("Conditions on rows are too deep inside each other."))
        inner = Context(item, self.functions, self.now, self.strict)
        inner.work = self.work
        inner.outer = self
        inner.level = self.level + 1
        return inner

    def find(self, name: str) -> Any:
        """Return a value by its name, first as it is written, then in any case; or MISSING."""
        value = self.values.get(name, MISSING)
        if value is not MISSING:
            return value
        low = name.lower()
        if self._folded is None:
            self.work.spend(len(self.values))
            self._missed += 1
            if self._missed == 1 and low not in map(str.lower, self.values):
                return MISSING
            names = list(reversed(list(self.values)))
            self._folded = {name.lower(): self.values[name] for name in names}
        return self._folded.get(low, MISSING)

    @property
    def zone(self) -> tzinfo:
        """The time zone in which days begin and end."""
        return (self.now and self.now.tzinfo) or UTC

    @property
    def present(self) -> datetime:
        """The present moment; raises ExpressionError where the caller gave none."""
        if self.now is None:
            raise ExpressionError(N_("An expression asks for the present day, and has none here."))
        return self.now.replace(microsecond=self.now.microsecond // 1000 * 1000)
