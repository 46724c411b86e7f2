"""Random orders that come out the same for the same seed, here and in SurveyJS.

The generator is Mulberry32 (Tommy Ettinger, 2017), the shuffle Fisher and Yates's (Durstenfeld
1964, Algorithm 235); a thing's own seed is the owner's, stirred with its type and name.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

_BITS = 0xFFFFFFFF
_Thing = TypeVar("_Thing")


def seed_for(owner_seed: int, key: str) -> int:
    """Return the seed of what is called ``key`` (type and name) inside of an owner."""
    seed = _signed(owner_seed)
    for sign in key:
        written = sign.encode("utf-16-le", "surrogatepass")
        for unit in memoryview(written).cast("H"):
            seed = _signed(_signed(seed << 5) - seed + unit)
    return seed


def shuffled(
    things: Sequence[_Thing], seed: int, stays: Callable[[_Thing], bool] = lambda _: False
) -> list[_Thing]:
    """Return ``things`` in random order; those that ``stays`` keep their places."""
    ordered = list(things)
    places = [at for at, thing in enumerate(things) if not stays(thing)]
    moving = [things[at] for at in places]
    random = _mulberry32(seed)
    for at in range(len(moving) - 1, 0, -1):
        other = int(random() * (at + 1))
        moving[at], moving[other] = moving[other], moving[at]
    for at, thing in zip(places, moving, strict=True):
        ordered[at] = thing
    return ordered


def _mulberry32(seed: int) -> Callable[[], float]:
    state = seed

    def following() -> float:
        nonlocal state
        state += 0x6D2B79F5
        mixed = state & _BITS
        mixed = (mixed ^ mixed >> 15) * (mixed | 1) & _BITS
        mixed ^= (mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & _BITS)) & _BITS
        return (mixed ^ mixed >> 14) / 4294967296

    return following


def _signed(number: int) -> int:
    number &= _BITS
    return number - (_BITS + 1) if number & 0x80000000 else number
