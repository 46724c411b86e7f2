"""Ratings by agencies (外部评级): recorded with consent only, withdrawn, and which one counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, customers, new_id, record, write_context
from guanxi_scoring.company import company
from guanxi_scoring.models import Rating
from guanxi_scoring.risk import standing
from guanxi_scoring.risk.agencies import get_agency, grade_of
from guanxi_scoring.risk.consent import require_consent
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
    session: Session, customer_id: UUID, draft: RatingDraft, *, now: datetime, refresh: bool = True
) -> tuple[Rating, Literal["created", "unchanged"]]:
    """Record a rating; the same one again changes nothing.

    :param refresh: work out anew where the customer stands; False: the caller does, for many.
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
            _("%(agency)s has these grades: %(offered)s.", agency=agency.key, offered=offered),
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
    )
    session.add(made)
    session.flush()
    record(session, "scoring_rating.recorded", ("customer", customer.id), after=_told(made))
    if refresh:
        standing.refresh(session, [customer.id])
    return made, "created"


def withdraw_rating(session: Session, rating_id: UUID, *, now: datetime) -> Rating:
    """Withdraw a rating that should not count; it stays in the history.

    :raises NotFound: there is none, or its customer is out of sight.
    """
    found = session.get(Rating, rating_id)
    if found is None:
        raise NotFound(N_("There is no such rating."))
    customers.get(session, found.customer_id)
    done = session.execute(
        update(Rating)
        .where(Rating.id == rating_id, Rating.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=write_context(session).actor.name)
        .returning(Rating.id)
    ).first()
    session.refresh(found)
    if done is not None:
        record(
            session,
            "scoring_rating.withdrawn",
            ("customer", found.customer_id),
            before=_told(found),
        )
        standing.refresh(session, [found.customer_id])
    return found


def ratings_of(session: Session, customer_id: UUID) -> Sequence[Rating]:
    """Return all ratings of a customer, the latest first."""
    return session.scalars(
        select(Rating)
        .where(Rating.customer_id == customer_id)
        .order_by(Rating.rated_on.desc(), Rating.recorded_at.desc(), Rating.id)
    ).all()


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
        raise _unfit("rated_on", _("A rating has a day that has come."))
    if until < draft.rated_on:
        raise _unfit("valid_until", _("A rating cannot end before it begins."))
    source = " ".join(draft.source.split())
    if not source or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise _unfit(
            "source",
            _("Say where it comes from, in at most %(most)s characters.", most=LONGEST_SOURCE),
        )


def _unfit(field: str, said: str) -> Invalid:
    return Invalid(N_("The rating does not fit: %(said)s"), said=said, fields={field: [said]})


def _told(rating: Rating) -> dict[str, Any]:
    return {
        "rating": str(rating.id),
        "agency": rating.agency,
        "grade": rating.grade,
        "rated_on": rating.rated_on.isoformat(),
        "valid_until": rating.valid_until.isoformat(),
        "source": rating.source,
    }
