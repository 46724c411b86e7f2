"""The sentences of the lifetime model's reasons, and how much each weighs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log
from types import MappingProxyType
from typing import Any, Final

from guanxi_scoring.explaining.habits import Habit, Scores, Usual
from guanxi_scoring.life.contract import Reason, Sentence
from guanxi_scoring.texts import N_

LEAST: Final = 0.01
"""Differences of less than this part of the score are no reason."""
_BLIND: Final = "bg_nbd"
"""The family that takes everybody for active who never came back (Fader, Hardie & Lee 2005)."""
_SURE: Final = 100.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A customer, and what the scores would be with each thing about them as usual.

    :param changed: by thing: ``x``, ``silence``, ``t``, ``spend``.
    """

    habit: Habit
    usual: Usual
    changed: Mapping[str, Scores]
    family: str
    currency: str


def reasons_of(key: str, value: Decimal | float | None, seen: Comparison) -> Sequence[Reason]:
    """Return why a score is as it is; nothing for what is unknown."""
    if value is None:
        return ()
    if key == "p_alive" and seen.habit.x == 0 and seen.family == _BLIND:
        return [Reason(Sentence(_NEVER_BACK, {"age": {"days": seen.habit.t}}), _SURE)]
    return list(_reasons(key, float(value), seen))


def _reasons(key: str, value: float, seen: Comparison) -> Iterator[Reason]:
    for name, scores in seen.changed.items():
        other = getattr(scores, key)
        if other is None or (name == "spend" and key != "clv_12m"):
            continue
        weight = distance(value, other, is_share=key == "p_alive")
        if weight >= LEAST:
            told = _SAYS[name](seen.habit, seen.usual, seen.currency)
            told["other"] = _told(key, other, seen.currency)
            yield Reason(Sentence(_message(name, seen.habit), told), weight)


def distance(value: float, other: float, *, is_share: bool) -> float:
    """Return how far two values of a score are apart: shares by difference, others by ratio."""
    if is_share:
        return abs(value - other)
    smallest = 1e-9
    return abs(log(max(value, smallest) / max(other, smallest)))


def _told(key: str, value: float, currency: str) -> Any:
    if key == "p_alive":
        return {"share": value}
    if key == "clv_12m":
        return {"money": f"{value:.2f}", "currency": currency}
    return round(value, 2)


def _message(name: str, habit: Habit) -> str:
    return _MESSAGES[name] if habit.x > 0 or name not in _ONCE else _ONCE[name]


_NEVER_BACK: Final = N_(
    "Bought once, %(age)s ago. BG/NBD takes everybody who never came back for active, so this "
    "figure says little."
)
_ONCE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "x": N_("Bought once only; having come back the usual %(usual)s, it would be %(other)s."),
        "silence": N_(
            "Bought once, %(silence)s ago; if it were the usual %(usual)s ago, it would be "
            "%(other)s."
        ),
    }
)
"""What is said of who never came back."""
_MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "x": N_("Came back %(times)s in %(age)s; with the usual %(usual)s it would be %(other)s."),
        "silence": N_(
            "The last purchase was %(silence)s ago, with %(gap)s between two on average; if it "
            "were the usual %(usual)s ago, it would be %(other)s."
        ),
        "t": N_("A customer for %(age)s; after the usual %(usual)s it would be %(other)s."),
        "spend": N_(
            "Pays %(spend)s a purchase on average; with the usual %(usual)s it would be %(other)s."
        ),
    }
)
_Say = Callable[[Habit, Usual, str], dict[str, Any]]
_SAYS: Final[Mapping[str, _Say]] = MappingProxyType(
    {
        "x": lambda habit, usual, _currency: {
            "times": {"times": habit.x},
            "age": {"days": habit.t},
            "usual": {"times": usual["x"]},
        },
        "silence": lambda habit, usual, _currency: {
            "silence": {"days": habit.silence},
            "gap": {"days": round(habit.gap or 0)},
            "usual": {"days": usual["silence"]},
        },
        "t": lambda habit, usual, _currency: {
            "age": {"days": habit.t},
            "usual": {"days": usual["t"]},
        },
        "spend": lambda habit, usual, currency: {
            "spend": {"money": f"{habit.spend:.2f}", "currency": currency},
            "usual": {"money": f"{usual['spend']:.2f}", "currency": currency},
        },
    }
)
"""The values of the sentences."""
