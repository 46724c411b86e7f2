"""The kind of model ``scorecard``: how one is fitted, scored, compared and watched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.life.comparing import surely_less
from guanxi_scoring.life.contract import Fit, FitRequest, Kind, Sentence
from guanxi_scoring.models import CardScore, Model, Version
from guanxi_scoring.risk import standing
from guanxi_scoring.risk.card.card import Card
from guanxi_scoring.risk.card.fitting import Terms, fit_card
from guanxi_scoring.risk.card.points import Scale
from guanxi_scoring.risk.card.stability import ALARM
from guanxi_scoring.risk.managing import require_allowed
from guanxi_scoring.risk.options import KIND, CardOptions
from guanxi_scoring.risk.population import population_index
from guanxi_scoring.risk.samples import cases_of
from guanxi_scoring.risk.scores import score_all
from guanxi_scoring.texts import N_


def fit(session: Session, model: Model, request: FitRequest) -> Fit:
    """Fit a card on the cases that its options mean."""
    options = CardOptions().load(model.options)
    scale = Scale(options["pdo"], options["base_score"], options["base_odds"])
    terms = Terms(scale, options["holdout"], options["least_iv"], options["reasons_against"])
    return fit_card(cases_of(session, options, request.as_of), terms, request.seed)


def score(session: Session, model: Model, version: Version, as_of: datetime) -> int:
    """Score everybody, then work out where everybody stands."""
    customers = score_all(session, model, version, as_of)
    standing.refresh(session, None)
    return customers


def worse(
    candidate: Mapping[str, Any], current: Mapping[str, Any], least: float
) -> Sentence | None:
    """Say whether a card surely tells good from bad less well than the one in force.

    :param least: by how many standard errors of the difference.
    """
    if not surely_less(candidate, current, "auc", least):
        return None
    new, old = candidate["auc"], current["auc"]
    return Sentence(
        N_(
            "It tells good from bad less well (AUC %(new)s) than the one in force (%(old)s), on "
            "cases that neither learnt from."
        ),
        {"new": round(new, 3), "old": round(old, 3)},
    )


def drift(session: Session, model: Model, version: Version, _as_of: datetime) -> Sentence | None:
    """Compare the scores of now with those that the card learnt from."""
    index = population_index(session, model, version)
    alarm = model.options.get("psi_alarm", ALARM)
    if index is None or index < alarm:
        return None
    return Sentence(
        N_(
            "Those who are scored now differ from those whom the scorecard learnt from (stability "
            "index %(index)s, alarm from %(alarm)s). Fit it anew, or look what changed."
        ),
        {"index": round(index, 3), "alarm": alarm},
    )


def unscore(session: Session, model: Model) -> None:
    """Remove all scores of a card."""
    session.execute(delete(CardScore).where(CardScore.model_id == model.id))
    standing.refresh(session, None)


def card_of(version: Version) -> Card:
    """Return the card of a version."""
    return Card(version.parameters)


SCORECARD: Final = Kind(
    KIND,
    Text("Scorecard", "评分卡"),
    fit,
    score,
    worse,
    drift,
    unscore,
    CardOptions,
    require_allowed,
)
