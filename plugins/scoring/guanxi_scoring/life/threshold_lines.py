"""Lines of the setting ``thresholds``: ``scoring.p_alive < 0.5``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import Any, Final

from marshmallow import ValidationError

from guanxi_scoring.texts import _

_LINE: Final = re.compile(
    r"(?P<key>scoring\.[a-z][a-z0-9_]*) *(?P<sign><=|>=|<|>) *(?P<limit>-?\d{1,12}(\.\d{1,6})?)"
)
_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = MappingProxyType(
    {"<": lt, "<=": le, ">": gt, ">=": ge}
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A condition on one score (阈值)."""

    key: str
    """Of an attribute."""
    sign: str
    limit: Decimal

    @property
    def line(self) -> str:
        """The line as it is stored and told of, however it was spaced."""
        return f"{self.key} {self.sign} {self.limit:f}"

    def holds(self, value: Any) -> Any:
        """Return whether a value meets it, or the condition for a column."""
        return _COMPARE[self.sign](value, self.limit)


def parse_threshold(line: str) -> Threshold:
    """Read a line.

    :raises ValueError: it is none.
    """
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise ValueError(line)
    return Threshold(found["key"], found["sign"], Decimal(found["limit"]).normalize())


def check_threshold(line: str) -> None:
    """Refuse a line that is no threshold, with a sentence that says how one is written.

    :raises ValidationError: it is none.
    """
    try:
        parse_threshold(line)
    except ValueError:
        raise ValidationError(
            _(
                "Write a score, a sign (<, <=, > or >=) and a number, like scoring.p_alive < 0.5: "
                "“%(line)s” is something else.",
                line=line[:80],
            )
        ) from None
