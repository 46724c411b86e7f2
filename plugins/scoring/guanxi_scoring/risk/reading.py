"""What pages, API and commands show of risk: everybody in sight by class, one customer whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, customers
from guanxi_scoring.models import (
    AppetiteAnswers,
    CardScore,
    Mitigation,
    Model,
    Rating,
    RiskChange,
    RiskStanding,
    Version,
)
from guanxi_scoring.risk.appetite import answers_of
from guanxi_scoring.risk.coefficient import CLASSES
from guanxi_scoring.risk.consent import consenting
from guanxi_scoring.risk.mitigations import mitigations_of
from guanxi_scoring.risk.ratings import ratings_of
from guanxi_scoring.risk.scores import cards_in_force

CHANGES = 50


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything about the risk of one customer."""

    customer_id: UUID
    consent: bool
    standing: RiskStanding | None
    scores: Sequence[tuple[Model, Version, CardScore]]
    ratings: Sequence[Rating]
    answers: Sequence[AppetiteAnswers]
    mitigations: Sequence[Mitigation]
    changes: Sequence[RiskChange]


def whole(session: Session, customer_id: UUID) -> Whole:
    """Return everything about the risk of a customer whom the session may see.

    :raises NoSuchCustomer: it may not.
    """
    found = customers.get(session, customer_id).id
    return Whole(
        customer_id=found,
        consent=bool(consenting(session, [found])),
        standing=session.get(RiskStanding, found),
        scores=_scores(session, found),
        ratings=ratings_of(session, found),
        answers=answers_of(session, found),
        mitigations=mitigations_of(session, found),
        changes=session.scalars(
            select(RiskChange)
            .where(RiskChange.customer_id == found)
            .order_by(RiskChange.at.desc(), RiskChange.id.desc())
            .limit(CHANGES)
        ).all(),
    )


def _scores(session: Session, customer_id: UUID) -> list[tuple[Model, Version, CardScore]]:
    found = []
    for model, version in cards_in_force(session):
        score = session.get(CardScore, (customer_id, model.id))
        if score is not None:
            found.append((model, version, score))
    return found


def by_class(session: Session) -> Mapping[str, int]:
    """Return how many customers in sight are in each class, of those of whom something is known."""
    rows = session.execute(
        select(RiskStanding.risk_class, func.count())
        .join(Customer, Customer.id == RiskStanding.customer_id)
        .where(Customer.merged_into.is_(None), Customer.erased_at.is_(None))
        .group_by(RiskStanding.risk_class)
    )
    counted = {row[0]: row[1] for row in rows}
    return {key: counted.get(key, 0) for key in CLASSES}
