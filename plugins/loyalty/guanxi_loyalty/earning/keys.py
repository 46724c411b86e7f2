"""Keys under which the ledger is told of an occasion, so that each of it happens once."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from guanxi.sdk import TouchpointFacts
from guanxi_loyalty.earning.facts import Happening

_SPACE = UUID("2c7a3a5e-6a0e-4e0b-9a53-0c6a1c1f4a10")
TOUCHPOINT: Final = "touchpoint"
"""What the keys of what was given for touchpoints begin with."""


def key_of(kind: str, id_: UUID, unit: str, number: int = 1) -> str:
    """Return the key of the ``number``th posting about an occasion in a unit."""
    about = TOUCHPOINT if kind not in ("profile", "birthday", "anniversary") else kind
    return f"{about}:{id_}:{unit}" + (f":{number}" if number > 1 else "")


def occasion_id(customer_id: UUID, kind: str, of: str = "") -> UUID:
    """Return the id of an occasion that is no touchpoint, such as the birthday of a year."""
    return uuid5(_SPACE, f"{kind}:{customer_id}:{of}")


def happening_of(touchpoint_id: UUID, facts: TouchpointFacts) -> Happening:
    """Return a touchpoint as judging sees it."""
    return Happening(
        id=touchpoint_id,
        trigger=facts.kind,
        at=facts.occurred_at,
        channel=facts.channel,
        outcome=facts.outcome,
        amount=facts.amount,
        currency=facts.currency,
        lines=facts.lines,
    )


def effective(at: datetime, now: datetime) -> datetime:
    """Return when something counts in the ledger: never later than now."""
    return min(at, now)
