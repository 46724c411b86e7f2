"""After an event: the goals that are in use look again at the customers whom it is about."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from guanxi_scoring.life import locking
from guanxi_scoring.life.options import instant_of
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models import Model, Version
from guanxi_scoring.propensity.goals import KIND
from guanxi_scoring.propensity.scoring import score_some


def in_use(session: Session) -> Sequence[tuple[Model, Version]]:
    """Return the goals that have a version in force, with it, in an order that is always the same.

    Read without what their pages alone show.
    """
    query = (
        select(Model, Version)
        .join(Version, Version.model_id == Model.id)
        .where(Model.kind == KIND, Model.state == "active", Version.state == "current")
        .order_by(Model.key)
        .options(defer(Version.pictures), defer(Version.metrics))
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def follow(session: Session, customer_ids: Sequence[UUID], now: datetime) -> None:
    """Bring cases, counts and scores of customers up to date."""
    for model, version in in_use(session):
        locking.share_scores(session, model.key)
        score_some(session, model, version, customer_ids, instant_of(options_of(version), now))
