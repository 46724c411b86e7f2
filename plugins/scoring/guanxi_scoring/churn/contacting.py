"""Whom to contact before they lapse, who first, and what it is expected to bring.

Everything is within the sight of whoever asks; a job or a command sees everybody.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_scoring.churn.policy import ONE, Policy
from guanxi_scoring.churn.standing import standing
from guanxi_scoring.churn.threshold import threshold
from guanxi_scoring.company import PLUGIN
from guanxi_scoring.models import LapseThreshold

THRESHOLD: Final = "lapse_threshold"
"""The job that works out the threshold."""
_NEVER: Final = 2.0
"""A threshold above every probability: contacting never pays."""


@dataclass(frozen=True, slots=True)
class ToContact:
    """A customer whom contacting is worth it; money in the policy's currency."""

    customer_id: UUID
    name: str
    p: Decimal
    source: str
    value: Decimal
    gain: Decimal
    threshold: Decimal | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the costs lead to: how many to contact, at what cost, with what expected gain."""

    known: int
    """Customers whose risk and value at stake are known."""
    unknown: int
    """Customers of whom one of both is not."""
    contacted: int
    cost: Decimal
    gain: Decimal
    lost: Decimal
    """What is expected to be lost if nobody is contacted."""
    mean_value: Decimal | None
    threshold: Decimal | None
    """For a customer of mean value; None: contacting never pays, or nothing is known."""
    mean_risk: Decimal | None
    """Of all whose risk is known."""


def to_contact(
    session: Session,
    policy: Policy,
    *,
    limit: int | None = None,
    after: tuple[Decimal, UUID] | None = None,
) -> list[ToContact]:
    """Return whom to contact, the greatest expected gain first.

    :param after: gain and id of the last one of the page before.
    """
    found = standing(session, policy).subquery()
    wanted = (
        select(found)
        .where(found.c.gain > 0)
        .order_by(found.c.gain.desc(), found.c.customer_id)
        .limit(limit)
    )
    if after is not None:
        gain, last = after
        behind = (found.c.gain < gain) | ((found.c.gain == gain) & (found.c.customer_id > last))
        wanted = wanted.where(behind)
    return [ToContact(**row) for row in session.execute(wanted).mappings()]


def outlook(session: Session, policy: Policy) -> Outlook:
    """Return what contacting everybody whom it pays to contact is expected to bring."""
    s = standing(session, policy).subquery().c
    worth = s.gain > 0
    known = s.gain.is_not(None)
    row = session.execute(
        select(
            func.count().filter(known),
            func.count().filter(~known),
            func.count().filter(worth),
            func.coalesce(func.sum(s.gain).filter(worth), 0),
            func.coalesce(func.sum(s.p * s.value).filter(known), 0),
            func.avg(s.value).filter(known),
            func.avg(s.p),
        )
    ).one()
    mean = None if row[5] is None else round(row[5], 4)
    return Outlook(
        known=row[0],
        unknown=row[1],
        contacted=row[2],
        cost=row[2] * policy.contact_cost,
        gain=row[3],
        lost=round(row[4], 2),
        mean_value=mean,
        threshold=None if mean is None else threshold(policy.costs, mean),
        mean_risk=row[6],
    )


def ask_for_threshold(session: Session) -> None:
    """Have the threshold of classes worked out anew, over everybody, in the background."""
    run_job(session, PLUGIN, THRESHOLD)


def refresh_threshold(session: Session, policy: Policy, *, now: datetime) -> Outlook:
    """Store the threshold of classes: that of a customer of mean value, over everybody."""
    found = outlook(session, policy)
    if found.mean_value is None:
        session.execute(delete(LapseThreshold))
        return found
    high = _NEVER if found.threshold is None else float(found.threshold)
    values: dict[str, Any] = {
        "high": high,
        "medium": high * float(policy.medium_share),
        "mean_value": found.mean_value,
        "customers": found.known,
        "computed_at": now,
    }
    statement = insert(LapseThreshold).values(id=ONE, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    return found
