"""Settings that are lines of text: what a contact costs, a reward costs, where a feeling shows."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from marshmallow import ValidationError

from guanxi_segmentation.texts import N_, _

ANY: Final = "*"
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_UNIT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_KEY: Final = re.compile(r"(?!segmentation\.)[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_KEY_ACCOUNT: Final = re.compile(
    r"(?P<kind>segment):(?P<segment>[a-z][a-z0-9_]{0,59})"
    r"|(?P<class>class):(?P<scheme>[a-z][a-z0-9_]{0,59})/(?P<member>[a-z][a-z0-9_]{0,59})"
)


@dataclass(frozen=True, slots=True)
class ServiceCost:
    """What one contact costs; ``*`` in channel or kind stands for any."""

    channel: str
    kind: str
    cost: Decimal

    @property
    def rank(self) -> int:
        """Smaller for more exact lines: both, the channel alone, the kind alone, neither."""
        return 2 * (self.channel == ANY) + (self.kind == ANY)


@dataclass(frozen=True, slots=True)
class Source:
    """An attribute that shows a feeling, between its least and its greatest value."""

    key: str
    least: Decimal
    greatest: Decimal


@dataclass(frozen=True, slots=True)
class KeyAccountRule:
    """Whose members are key accounts: a segment's, or those of a class of a scheme."""

    segment: str | None = None
    scheme: str | None = None
    member: str | None = None


def parse_service_cost(line: str) -> ServiceCost:
    """Return what ``phone call 3.50`` says.

    :raises ValueError: with the sentence (a msgid) for the person.
    """
    words = line.split()
    fits = len(words) == 3 and all(w == ANY or _WORD.fullmatch(w) for w in words[:2])
    cost = _amount(words[2]) if fits else None
    if cost is None:
        raise ValueError(N_("Write channel, kind and cost, like phone call 3.50."))
    return ServiceCost(words[0], words[1], cost)


def parse_reward_cost(line: str) -> tuple[str, Decimal]:
    """Return unit and cost of one, as in ``points 0.01``.

    :raises ValueError: with the sentence (a msgid) for the person.
    """
    words = line.split()
    cost = _amount(words[1]) if len(words) == 2 and _UNIT.fullmatch(words[0]) else None
    if cost is None:
        raise ValueError(N_("Write a unit and the cost of one, like points 0.01."))
    return words[0], cost


def parse_source(line: str) -> Source:
    """Return what ``surveys.nps_score 0 10`` says.

    :raises ValueError: with the sentence (a msgid) for the person.
    """
    words = line.split()
    if len(words) == 3 and _KEY.fullmatch(words[0]):
        least, greatest = (_decimal(word) for word in words[1:])
        if least is not None and greatest is not None and least < greatest:
            return Source(words[0], least, greatest)
    raise ValueError(
        N_("Write an attribute with its least and greatest value, like surveys.nps_score 0 10.")
    )


def parse_key_account(text: str) -> KeyAccountRule:
    """Return what ``segment:KEY`` or ``class:SCHEME/CLASS`` says; nothing of both if empty.

    :raises ValueError: with the sentence (a msgid) for the person.
    """
    found = _KEY_ACCOUNT.fullmatch(text.strip())
    if found is not None:
        return KeyAccountRule(found["segment"], found["scheme"], found["member"])
    if text.strip():
        raise ValueError(N_("Write segment:KEY or class:SCHEME/CLASS, or leave it empty."))
    return KeyAccountRule()


def service_costs(lines: Iterable[str]) -> list[ServiceCost]:
    """Return the costs, the most exact first; of equal ones the last line counts."""
    by_place = {(c.channel, c.kind): c for c in map(parse_service_cost, lines)}
    return sorted(by_place.values(), key=lambda cost: (cost.rank, cost.channel, cost.kind))


def checks(parse: Callable[[str], Any]) -> Callable[[str], None]:
    """Return a marshmallow check: what ``parse`` cannot read is refused with its sentence."""

    def check(text: str) -> None:
        try:
            parse(text)
        except ValueError as error:
            raise ValidationError(_(str(error))) from None

    return check


def _amount(text: str) -> Decimal | None:
    number = _decimal(text)
    return number if number is not None and number >= 0 else None


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= 10**9 or number != round(number, 4):
        return None
    return number
