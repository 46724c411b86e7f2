"""Which touchpoints are meant: by kind, channel, direction and outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

PARTS: Final = ("kinds", "channels", "directions", "outcomes")
DIRECTIONS: Final = ("in", "out", "none")


class Touch(NamedTuple):
    """A recorded touchpoint of one customer, as far as cases look at it."""

    at: datetime
    kind: str
    channel: str
    direction: str
    outcome: str | None = None
    good: bool | None = None
    """What its outcome counts as."""
    amount: Decimal | None = None
    """In the company's currency; None without money or in another one."""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Touchpoints of one of the kinds, channels, directions and outcomes; empty means any."""

    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Condition":
        """Return the condition of its stored form."""
        return cls(**{name: _words(given.get(name) or ()) for name in PARTS})

    @property
    def stored(self) -> dict[str, list[str]]:
        """The form in which it is stored."""
        return {name: list(getattr(self, name)) for name in PARTS}

    @property
    def says_something(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, name) for name in PARTS)

    def fits(self, touch: Touch) -> bool:
        """Say whether a touchpoint is meant."""
        return (
            _one_of(touch.kind, self.kinds)
            and _one_of(touch.channel, self.channels)
            and _one_of(touch.direction, self.directions)
            and _one_of(touch.outcome, self.outcomes)
        )


def _words(given: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted({str(one) for one in given}))


def _one_of(word: str | None, words: Sequence[str]) -> bool:
    return not words or word in words
