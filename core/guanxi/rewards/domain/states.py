"""The life of a reward: which step leads from which state to which. Nothing else decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["requested", "granted", "redeemed", "reversed", "expired", "refused"]
Step = Literal["grant", "refuse", "redeem", "reverse", "expire"]


@dataclass(frozen=True, slots=True)
class Transition:
    """A step may be taken from each of ``sources``; it leads to ``target``."""

    sources: tuple[State, ...]
    target: State


TRANSITIONS: Final[Mapping[Step, Transition]] = {
    "grant": Transition(("requested",), "granted"),
    "refuse": Transition(("requested",), "refused"),
    "redeem": Transition(("granted",), "redeemed"),
    "reverse": Transition(("granted", "redeemed"), "reversed"),
    "expire": Transition(("granted",), "expired"),
}
"""A reward that is redeemed in part stays granted until nothing is left."""


def possible_steps(state: str) -> tuple[Step, ...]:
    """Return the steps that can be taken from ``state``."""
    return tuple(step for step, rule in TRANSITIONS.items() if state in rule.sources)
