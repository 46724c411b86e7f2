"""A person's data: past cases and scores; both are derived from touchpoints.

Whose cases go is taken out of the counts, too, so that nothing is learnt from who was erased. A
merge takes what is about the merged customer; whoever is left, or is two again, is worked out anew
when the event comes: by then the touchpoints have moved.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi_scoring.life.finding import current_versions
from guanxi_scoring.models import Model
from guanxi_scoring.models.propensity import Case, Propensity
from guanxi_scoring.propensity import storing
from guanxi_scoring.propensity.predicting import features_in

KEY: Final = "propensity"


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return the scores with their reasons, and the cases that were learnt from."""
    scores = session.execute(
        select(
            Model.key, Propensity.p, Propensity.version, Propensity.scored_at, Propensity.reasons
        )
        .join(Model, Model.id == Propensity.model_id)
        .where(Propensity.customer_id == customer_id)
        .order_by(Model.key)
    ).mappings()
    cases = session.execute(
        select(Model.key, Case.at, Case.due, Case.won, Case.facts, Case.traits)
        .join(Model, Model.id == Case.model_id)
        .where(Case.customer_id == customer_id)
        .order_by(Model.key, Case.at)
    ).mappings()
    told = {"scores": [dict(one) for one in scores], "cases": [dict(one) for one in cases]}
    return {name: rows for name, rows in told.items() if rows} or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove scores and cases of a customer, and take the cases out of the counts."""
    versions = current_versions(session)
    models = select(Case.model_id).where(Case.customer_id == customer_id).distinct()
    for model_id in session.scalars(models).all():
        stored = storing.stored_rows(session, model_id, [customer_id])
        version = versions.get(model_id)
        features = features_in(version.parameters) if version is not None else None
        storing.reconcile(session, model_id, {}, stored, features)
    session.execute(delete(Propensity).where(Propensity.customer_id == customer_id))


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> None:  # noqa: ARG001 -- the contract of parts
    """Remove what is about the merged customer."""
    erase(session, merged_id)


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> None:
    """Give nothing back: both are worked out when the event comes."""
