"""Which rating, answers and mitigations of customers count on a day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from guanxi_scoring.models import Agency, AppetiteAnswers, Mitigation, Rating
from guanxi_scoring.risk.agencies import grade_of
from guanxi_scoring.risk.consent import consenting

Ids = Collection[UUID]


@dataclass(frozen=True, slots=True)
class CountingRating:
    """The rating that counts, as the scale of its agency reads it now."""

    rating: Rating
    agency: Agency
    level: int
    probability: float


def counting_ratings(session: Session, ids: Ids, today: date) -> Mapping[UUID, CountingRating]:
    """Return the latest rating of each customer that has not run out; none without consent.

    A grade that its agency does not have any more says nothing.
    """
    rows = session.execute(
        select(Rating, Agency)
        .join(Agency, Agency.key == Rating.agency)
        .where(
            Rating.customer_id.in_(ids),
            Rating.withdrawn_at.is_(None),
            Rating.rated_on <= today,
            Rating.valid_until >= today,
        )
        .order_by(Rating.rated_on.desc(), Rating.recorded_at.desc(), Rating.id)
    ).all()
    agreed = consenting(session, {row[0].customer_id for row in rows}) if rows else set()
    found: dict[UUID, CountingRating] = {}
    for rating, agency in rows:
        meaning = grade_of(agency, rating.grade)
        if meaning is not None and rating.customer_id in agreed:
            counted = CountingRating(rating, agency, meaning["level"], meaning["pd"])
            found.setdefault(rating.customer_id, counted)
    return found


def counting_answers(session: Session, ids: Ids, today: date) -> Mapping[UUID, AppetiteAnswers]:
    """Return the latest answers of each customer, unless they have run out."""
    rows = session.scalars(
        select(AppetiteAnswers)
        .where(AppetiteAnswers.customer_id.in_(ids))
        .order_by(AppetiteAnswers.answered_on, AppetiteAnswers.recorded_at, AppetiteAnswers.id)
    )
    latest = {one.customer_id: one for one in rows}
    return {key: one for key, one in latest.items() if one.valid_until >= today}


def open_mitigations(session: Session, ids: Ids, today: date) -> Mapping[UUID, list[Mitigation]]:
    """Return what mitigates the risk of each customer now or later, the oldest first."""
    rows = session.scalars(
        select(Mitigation)
        .where(
            Mitigation.customer_id.in_(ids),
            Mitigation.ended_at.is_(None),
            or_(Mitigation.valid_until.is_(None), Mitigation.valid_until >= today),
        )
        .order_by(Mitigation.valid_from, Mitigation.id)
    )
    found: dict[UUID, list[Mitigation]] = {}
    for one in rows:
        found.setdefault(one.customer_id, []).append(one)
    return found
