"""Lifetime scores, found: of one customer, or of those within sight in the order of their ids."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, customers, web
from guanxi_scoring.models import LifetimeScore
from guanxi_scoring.texts import N_


def score_of(session: Session, customer_id: UUID) -> LifetimeScore | None:
    """Return the score of a customer; None: unknown."""
    return session.get(LifetimeScore, customer_id)


def scores_after(session: Session, after: UUID | None, *, limit: int) -> Sequence[LifetimeScore]:
    """Return the scores of customers within sight behind an id."""
    query = select(LifetimeScore).where(customers.in_sight(session, LifetimeScore.customer_id))
    if after is not None:
        query = query.where(LifetimeScore.customer_id > after)
    return session.scalars(query.order_by(LifetimeScore.customer_id).limit(limit)).all()


def place_of(cursor: str | None) -> UUID | None:
    """Return the id behind which the page of a cursor begins; None for the first page.

    :raises Invalid: the cursor is not one of such a list.
    """
    if not cursor:
        return None
    try:
        return UUID(str(web.decode_cursor(cursor, 1)[0]))
    except ValueError:
        told = N_("This cursor is not valid here. Start again from the first page.")
        raise Invalid(told) from None
