"""How much one evaluation may do, so that no pair of expression and answers takes long."""

from typing import Any

from guanxi_surveys.expressions.faults import TEXT, WORK, ExpressionError
from guanxi_surveys.texts import N_


class Work:
    """What is left to do of one evaluation."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = WORK

    def spend(self, steps: int) -> None:
        """Count steps; raises ExpressionError when there were too many."""
        self.left -= steps
        if self.left < 0:
            raise ExpressionError(
                N_("An expression has too much to do with these answers. Make it simpler.")
            )

    def handle(self, value: Any) -> None:
        """Count the handling of one value as a whole."""
        if isinstance(value, str):
            self.spend(len(value) >> 8)
        elif isinstance(value, (list, dict)):
            self._handle_inside(value)

    def _handle_inside(self, value: list[Any] | dict[str, Any]) -> None:
        waiting: list[Any] = [value]
        while waiting:
            inside = waiting.pop()
            self.spend(len(inside))
            for one in inside.values() if isinstance(inside, dict) else inside:
                if isinstance(one, str):
                    self.left -= len(one) >> 8
                elif isinstance(one, (list, dict)):
                    waiting.append(one)

    def make(self, length: int) -> None:
        """Count the making of a text; raises ExpressionError when it is too long."""
        self.spend(length >> 8)
        if length > TEXT:
            raise ExpressionError(N_("An expression makes a text that is too long."))
