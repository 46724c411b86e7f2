"""The scores of now beside those that a card learnt from, class by class."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from guanxi_scoring.models import CardScore, Model, Version
from guanxi_scoring.risk.card.stability import stability_index

LEAST: Final = 50
"""Of fewer scores no distribution is judged."""


@dataclass(frozen=True, slots=True)
class ScoreClass:
    """A class of scores, ``low <= points < high``: how many cases of training, how many now."""

    low: float | None
    high: float | None
    learnt: int
    now: int


def score_classes(session: Session, model: Model, version: Version) -> Sequence[ScoreClass]:
    """Return the classes of a card's scores; only scores of this version count."""
    edges = version.parameters["classes"]["edges"]
    learnt = version.parameters["classes"]["counts"]
    of_class = case(
        *((CardScore.points < edge, place) for place, edge in enumerate(edges)), else_=len(edges)
    ) if edges else func.coalesce(0, 0)  # fmt: skip
    rows = session.execute(
        select(of_class.label("class"), func.count())
        .where(
            CardScore.model_id == model.id,
            CardScore.model_version == version.number,
            CardScore.points.is_not(None),
        )
        .group_by("class")
    )
    now = {row[0]: row[1] for row in rows}
    bounds = [None, *edges, None]
    return [
        ScoreClass(bounds[place], bounds[place + 1], n, now.get(place, 0))
        for place, n in enumerate(learnt)
    ]


def population_index(session: Session, model: Model, version: Version) -> float | None:
    """Return the stability index of the scores of now; None where there are too few."""
    classes = score_classes(session, model, version)
    if sum(one.now for one in classes) < LEAST:
        return None
    return stability_index([one.learnt for one in classes], [one.now for one in classes])
