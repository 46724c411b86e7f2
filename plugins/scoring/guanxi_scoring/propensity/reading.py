"""What is shown of goals: the cases that there are, and the customers to approach first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Invalid, web
from guanxi_scoring.company import company
from guanxi_scoring.life.options import checked, instant_of
from guanxi_scoring.models import Model
from guanxi_scoring.models.propensity import COMPANY, Count, Propensity
from guanxi_scoring.propensity.cases import derive
from guanxi_scoring.propensity.goals import goal_of
from guanxi_scoring.propensity.history import chunks, is_living, touches_of
from guanxi_scoring.propensity.options import GoalOptions
from guanxi_scoring.propensity.predicting import enough_for
from guanxi_scoring.texts import N_

MOST_LOOKED_AT: Final = 20_000
"""A preview looks at no more customers than this, and says so."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How many past cases there would be."""

    won: int
    lost: int
    open: int
    customers: int
    is_enough: bool
    is_whole: bool
    """False: only some of the customers were looked at."""


@dataclass(frozen=True, slots=True)
class Best:
    """A customer with their probability."""

    customer_id: UUID
    name: str
    p: float
    reasons: list[Any]
    scored_at: datetime


def preview(session: Session, options: Mapping[str, Any], *, now: datetime) -> Preview:
    """Return the past cases of a goal that is not stored; of customers that one may see only.

    :raises Invalid: an option does not fit.
    """
    found = checked(GoalOptions, options, now=now)
    goal, until, zone = goal_of(found), instant_of(found, now), company(session).zone
    counts = {True: 0, False: 0, None: 0}
    customers = looked_at = 0
    for ids in chunks(session):
        looked_at += len(ids)
        for touches in touches_of(session, ids, until).values():
            cases = derive(goal, touches, until, zone)
            customers += bool(cases)
            for one in cases:
                counts[one.won] += 1
        if looked_at >= MOST_LOOKED_AT:
            break
    won, lost = counts[True], counts[False]
    return Preview(
        won, lost, counts[None], customers, enough_for(goal)((won, lost)),
        is_whole=looked_at < MOST_LOOKED_AT,
    )  # fmt: skip


def best(
    session: Session, model: Model, *, limit: int, after: tuple[float, UUID] | None = None
) -> list[Best]:
    """Return the customers within sight with the highest probabilities, the best first."""
    p = Propensity
    query = (
        select(Customer.id, Customer.display_name, p.p, p.reasons, p.scored_at)
        .join(p, p.customer_id == Customer.id)
        .where(p.model_id == model.id, is_living(), Customer.status == "active")
        .order_by(p.p.desc(), Customer.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where((p.p < after[0]) | ((p.p == after[0]) & (Customer.id > after[1])))
    return [Best(*row) for row in session.execute(query)]


def cursor_of(one: Best) -> str:
    """Return the cursor of the page behind a customer."""
    return web.encode_cursor([one.p, one.customer_id])


def place_from(cursor: str) -> tuple[float, UUID]:
    """Return the place that a cursor stands for.

    :raises Invalid: it is not one of ours.
    """
    p, customer_id = web.decode_cursor(cursor, 2)
    try:
        return float(p), UUID(str(customer_id))
    except (TypeError, ValueError):
        told = N_("This cursor is not valid here. Start again from the first page.")
        raise Invalid(told) from None


def totals(session: Session, model: Model) -> tuple[int, int]:
    """Return how many cases of the company were won and lost, as counted now."""
    row = session.execute(
        select(Count.won, Count.lost).where(
            Count.model_id == model.id, Count.team_id == COMPANY, Count.feature == ""
        )
    ).one_or_none()
    return (row.won, row.lost) if row is not None else (0, 0)


def scored(session: Session, model: Model) -> int:
    """Return how many customers within sight have a score."""
    query = select(func.count()).select_from(Propensity).join(
        Customer, Customer.id == Propensity.customer_id
    )  # fmt: skip
    return session.scalar(query.where(Propensity.model_id == model.id, is_living())) or 0
