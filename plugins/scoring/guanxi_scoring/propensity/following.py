"""After an event: the goals that are in use look again at the customers whom it is about."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_scoring.life import reaction
from guanxi_scoring.life.options import instant_of
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.propensity.goals import KIND
from guanxi_scoring.propensity.scoring import score_some


def follow(session: Session, customer_ids: Sequence[UUID], now: datetime) -> None:
    """Bring cases, counts and scores of customers up to date, one goal after the other."""
    for model, version in reaction.of_kind(session, KIND):
        reaction.share(session, model.key)
        as_of = instant_of(options_of(version), now)
        score_some(session, model, version, customer_ids, as_of)
