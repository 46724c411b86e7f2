"""Ratings by agencies (外部评级): recorded with consent only, withdrawn, and which one counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, customers, new_id, write_context
from guanxi_scoring.company import company
from guanxi_scoring.models import Rating
from guanxi_scoring.risk.agencies import get_agency, grade_of
from guanxi_scoring.risk.consent import require_consent
from guanxi_scoring.risk.records import Records
from guanxi_scoring.texts import N_, _

LONGEST_SOURCE: Final = 200
OLDEST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """A rating as somebody heard of it."""

    agency: str
    grade: str
    rated_on: date
    source: str
    valid_until: date | None = None
    """None: as long as ratings of the agency usually count."""


def record_rating(
    session: Session,
    customer_id: UUID,
    draft: RatingDraft,
    *,
    now: datetime,
    refresh: bool = True,
    import_id: UUID | None = None,
) -> tuple[Rating, Literal["created", "unchanged"]]:
    """Record a rating; the same one again changes nothing.

    :param refresh: work out anew where the customer stands; False: the caller does, for many.
    :param import_id: the import that brings it.
    :raises Refused: the customer has not agreed to credit assessment.
    :raises Invalid: the agency has no such grade, or the days do not fit.
    :raises Conflict: the agency gave another grade that day.
    """
    customer = customers.get(session, customer_id)
    require_consent(session, customer.id)
    agency = get_agency(session, draft.agency)
    grade = grade_of(agency, draft.grade)
    if grade is None:
        offered = ", ".join(one["grade"] for one in agency.grades[:30])
        raise _unfit(
            "grade",
            N_("%(agency)s has these grades: %(offered)s."),
            agency=agency.key,
            offered=offered,
        )
    until = draft.valid_until or draft.rated_on + timedelta(days=agency.valid_days)
    _check(draft, until, company(session).day(now))
    there = _of_that_day(session, customer.id, draft)
    if there is not None:
        if there.grade == grade["grade"]:
            return there, "unchanged"
        raise Conflict(
            N_("%(agency)s gave %(grade)s that day. Withdraw that rating first."),
            agency=agency.key,
            grade=there.grade,
        )
    made = Rating(
        id=new_id(),
        customer_id=customer.id,
        agency=agency.key,
        grade=grade["grade"],
        rated_on=draft.rated_on,
        valid_until=until,
        source=" ".join(draft.source.split()),
        recorded_at=now,
        recorded_by=write_context(session).actor.name,
        import_id=import_id,
    )
    return RATINGS.keep(session, made, refresh=refresh), "created"


def withdraw_rating(session: Session, rating_id: UUID, *, now: datetime) -> Rating:
    """Withdraw a rating that should not count; it stays in the history.

    :raises NotFound: there is none, or its customer is out of sight.
    """
    return RATINGS.end(session, rating_id, now=now)


def withdraw_import(session: Session, import_id: UUID, *, most: int, now: datetime) -> int:
    """Withdraw up to ``most`` ratings that an import brought; return how many there were."""
    due = (
        select(Rating.id)
        .where(Rating.import_id == import_id, Rating.withdrawn_at.is_(None))
        .limit(most)
    )
    return len(RATINGS.end_where(session, Rating.id.in_(due), now=now))


def ratings_of(session: Session, customer_id: UUID) -> Sequence[Rating]:
    """Return all ratings of a customer, the latest first."""
    return RATINGS.of(session, customer_id, Rating.rated_on, Rating.recorded_at, Rating.id)


def _of_that_day(session: Session, customer_id: UUID, draft: RatingDraft) -> Rating | None:
    return session.scalars(
        select(Rating).where(
            Rating.customer_id == customer_id,
            Rating.agency == draft.agency,
            Rating.rated_on == draft.rated_on,
            Rating.withdrawn_at.is_(None),
        )
    ).one_or_none()


def _check(draft: RatingDraft, until: date, today: date) -> None:
    if not OLDEST <= draft.rated_on <= today:
        raise _unfit("rated_on", N_("A rating has a day that has come."))
    if until < draft.rated_on:
        raise _unfit("valid_until", N_("A rating cannot end before it begins."))
    source = " ".join(draft.source.split())
    if not source or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise _unfit(
            "source",
            N_("Say where it comes from, in at most %(most)s characters."),
            most=LONGEST_SOURCE,
        )


def _unfit(field: str, said: str, **values: Any) -> Invalid:
    return Invalid(said, fields={field: [_(said, **values)]}, **values)


def _told(rating: Rating) -> dict[str, Any]:
    return {
        "agency": rating.agency,
        "grade": rating.grade,
        "rated_on": rating.rated_on.isoformat(),
        "valid_until": rating.valid_until.isoformat(),
        "source": rating.source,
    }


RATINGS: Final = Records(Rating, "rating", "withdrawn", N_("There is no such rating."), _told)
