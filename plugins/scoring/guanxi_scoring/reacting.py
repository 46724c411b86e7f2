"""Events of the log: bring up to date what is stored about the customers whom they are about.

The tables say everything, so each customer is looked at once per batch, however many events there
are. ``STEPS`` do it one after the other: what later ones read, earlier ones wrote.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import CustomersMerged, Event, TouchpointCorrected, write_context
from guanxi_scoring import parts
from guanxi_scoring.life import reaction

Step = Callable[[Session, Sequence[UUID], datetime], object]
"""Gets customers, each once, and the instant; imports what is heavy only where it needs it."""


def _summaries(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.features.summaries import refresh  # noqa: PLC0415 -- only the worker needs it

    refresh(session, customers, now)


def _lifetime(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.lifetime.scoring import score_some  # noqa: PLC0415 -- only the worker needs it

    score_some(session, customers, now)


def _churn(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.churn.following import follow  # noqa: PLC0415 -- only the worker needs it

    follow(session, customers, now)


def _next_products(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.products.standing import refresh  # noqa: PLC0415 -- only the worker needs it

    refresh(session, customers, now)


def _preferences(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.mining.preferences import infer  # noqa: PLC0415 -- only the worker needs it

    infer(session, customers, now)


def _propensities(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.propensity.following import follow  # noqa: PLC0415 -- as above

    follow(session, customers, now)


def _risk(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.risk.following import follow  # noqa: PLC0415 -- only the worker needs it

    follow(session, customers, now)


def _thresholds(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    from guanxi_scoring.life.thresholds import look  # noqa: PLC0415 -- only the worker needs it

    look(session, customers, now=now)


def _potential(session: Session, customers: Sequence[UUID], now: datetime) -> None:  # noqa: ARG001 -- scores say as of when
    from guanxi_scoring.insight.potential import refresh  # noqa: PLC0415 -- only the worker needs it

    refresh(session, customers)


STEPS: Final[tuple[Step, ...]] = (
    _summaries,
    _lifetime,
    _potential,
    _churn,
    _next_products,
    _preferences,
    _propensities,
    _risk,
    _thresholds,
)


def react(session: Session, events: Sequence[Event]) -> None:
    """Work out anew what is stored about the customers of ``events``."""
    customers = list(dict.fromkeys(one for event in events for one in _customers(event)))
    if not customers:
        return
    now = write_context(session).now
    with reaction.open_for(session, len(customers)):
        for step in STEPS:
            step(session, customers, now)


def forget(session: Session, events: Sequence[Event]) -> None:
    """Remove what is held about customers who are gone, also those whom an import took back."""
    gone = (event.customer_id for event in events if event.customer_id is not None)
    for customer_id in dict.fromkeys(gone):
        parts.erase(session, customer_id)


def _customers(event: Event) -> Sequence[UUID]:
    """Return whom an event is about, also whose touchpoint was given to another."""
    found = [event.customer_id]
    if isinstance(event, TouchpointCorrected):
        found.append(event.before.customer_id)
        found.append(event.after.customer_id if event.after is not None else None)
    if isinstance(event, CustomersMerged):
        found.append(event.merged_id)
    return [one for one in found if one is not None]
