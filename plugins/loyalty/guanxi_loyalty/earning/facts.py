"""What judging looks at, as plain values: rules, what happened, what is known of the member."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from guanxi.sdk import Line
from guanxi_loyalty.earning.definitions import Definition
from guanxi_loyalty.policies import Rounding

PURCHASE = "purchase"
RETURN = "return"
NO_USE = (0, 0)


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign; ``budget_left`` is None where it has none."""

    id: UUID
    key: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    budget_left: int | None = None
    held_back: int = 0
    salt: str = ""
    state: str = "active"


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """An earning rule. ``kind`` is that of its unit."""

    id: UUID
    key: str
    unit: str
    trigger: str = PURCHASE
    definition: Definition = field(default_factory=Definition)
    priority: int = 100
    campaign: CampaignFacts | None = None
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Scheme:
    """What of the programme matters to judging.

    :param spendable: the units that a tier's multiplier applies to.
    """

    currency: str
    zone: ZoneInfo
    rounding: Rounding = "down"
    after_rewards: bool = True
    spendable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened: a purchase (``amount`` in the major unit of ``currency``), or else."""

    id: UUID
    trigger: str
    at: datetime
    channel: str | None = None
    outcome: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What is known of a member when it happened.

    :param purchases_before: how many purchases came earlier.
    :param used: by rule, period and its first day, how often and how much the rule gave.
    :param multiplier: of the member's tier.
    """

    customer_id: UUID
    attributes: Mapping[str, Any] = field(default_factory=dict)
    purchases_before: int = 0
    used: Mapping[tuple[UUID, str, date], tuple[int, int]] = field(default_factory=dict)
    multiplier: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule did not fire: an English msgid with its values, translated where it is shown."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True, slots=True)
class Award:
    """A rule fired, and gives ``units``; ``exact`` is what it came to before rounding.

    Without a rule it is what the member's tier adds.
    """

    rule: RuleFacts | None
    unit: str
    units: int
    exact: Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of an occasion: what is given, and why the other rules give nothing."""

    awards: tuple[Award, ...]
    others: tuple[tuple[RuleFacts, Reason], ...]

    def total(self, unit: str) -> int:
        """How much it gives in a unit."""
        return sum(award.units for award in self.awards if award.unit == unit)
