"""Consent to credit assessment (信用评估): ratings are sensitive, and need one that still stands.

It is the core's own purpose ``credit``; through which channel a customer was asked does not
matter, their latest decision counts. A consent that is withdrawn ends what it allowed at once.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from guanxi.sdk import Consent, Refused
from guanxi_scoring.texts import N_

PURPOSE: Final = "credit"


def consenting(session: Session, customer_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the customers who agreed to credit assessment and did not take it back."""
    found = session.execute(
        select(Consent.customer_id, Consent.given)
        .ext(distinct_on(Consent.customer_id))
        .where(Consent.customer_id.in_(customer_ids), Consent.purpose == PURPOSE)
        .order_by(Consent.customer_id, Consent.at.desc(), Consent.id.desc())
    )
    return {row[0] for row in found if row[1]}


def require_consent(session: Session, customer_id: UUID) -> None:
    """Make sure that a customer agreed to credit assessment.

    :raises Refused: they did not, or took it back.
    """
    if not consenting(session, [customer_id]):
        raise Refused(
            N_(
                "This customer has not agreed to credit assessment. Record the consent for the "
                "purpose “Credit assessment” first."
            )
        )
