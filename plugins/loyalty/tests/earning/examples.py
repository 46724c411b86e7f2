"""Rules, purchases and members for the tests of judging."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from guanxi.sdk import Line
from guanxi_loyalty.earning.definitions import read_definition
from guanxi_loyalty.earning.facts import (
    CampaignFacts,
    Happening,
    MemberFacts,
    RuleFacts,
    Scheme,
)

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
SPACE = UUID(int=7)
ANN = UUID(int=1)


def scheme(**more: Any) -> Scheme:
    return Scheme(**{"currency": "GBP", "zone": LONDON, "spendable": frozenset({"points"}), **more})


def rule(key: str = "base", *, campaign: CampaignFacts | None = None, **more: Any) -> RuleFacts:
    """Return a rule; what is no fact of it goes into its definition."""
    facts = {
        name: more.pop(name) for name in ("unit", "trigger", "priority", "state") if name in more
    }
    return RuleFacts(
        id=uuid5(SPACE, key),
        key=key,
        campaign=campaign,
        definition=read_definition(more),
        **{"unit": "points", **facts},
    )


def campaign(key: str = "spring", **more: Any) -> CampaignFacts:
    return CampaignFacts(id=uuid5(SPACE, "campaign " + key), key=key, **more)


def line(product: str, quantity: str, price: str) -> Line:
    return Line(product, None, Decimal(quantity), Decimal(price))


def purchase(amount: str = "100", *lines: Line, **more: Any) -> Happening:
    values = {
        "id": UUID(int=99),
        "trigger": "purchase",
        "at": NOON,
        "channel": "store",
        "amount": Decimal(amount),
        "currency": "GBP",
        "lines": lines,
    }
    return Happening(**{**values, **more})


def member(**more: Any) -> MemberFacts:
    return MemberFacts(**{"customer_id": ANN, **more})
