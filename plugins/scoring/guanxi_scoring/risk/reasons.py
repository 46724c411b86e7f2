"""Why a customer's points, coefficient and appetite are as they are, for who may see risk."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Text, attributes_of
from guanxi_scoring.explaining.registry import Explained
from guanxi_scoring.life.contract import Reason, Sentence
from guanxi_scoring.models import CardScore, RiskStanding
from guanxi_scoring.risk.appetite_classes import CLASSES as APPETITES
from guanxi_scoring.risk.scores import counting_card
from guanxi_scoring.texts import N_

COSTS: Final = N_("%(title)s costs %(points)s points.")
COVERED: Final = N_("What is recorded against it takes %(share)s of the risk away.")


def explain(session: Session, customer_id: UUID) -> Sequence[Explained]:
    """Return what there is of points, coefficient and appetite; nothing where nothing is."""
    found = session.get(RiskStanding, customer_id)
    return [*_score(session, customer_id), *_risk(found), *_appetite(found)]


def _score(session: Session, customer_id: UUID) -> Iterator[Explained]:
    card = counting_card(session)
    if card is None:
        return
    model, version = card
    score = session.get(CardScore, (customer_id, model.id))
    if score is None:
        return
    titles = attributes_of(session)
    yield Explained(
        "risk_score",
        Text("Scorecard points", "信用评分"),
        None if score.points is None else round(score.points),
        model=model.key,
        version=score.model_version or version.number,
        as_of=score.as_of,
        reasons=[_cost(one, titles) for one in score.reasons],
        unknown=unknown(score.problem, titles),
    )


def _cost(one: Mapping[str, Any], titles: Mapping[str, Any]) -> Reason:
    told = {"title": title_of(one["key"], titles), "points": round(one["cost"], 1)}
    return Reason(Sentence(COSTS, told), one["cost"])


def unknown(problem: Mapping[str, Any] | None, titles: Mapping[str, Any]) -> Sentence | None:
    """Return why there is no score, with what the characteristic is called."""
    if problem is None:
        return None
    values = dict(problem["values"])
    return Sentence(problem["message"], {**values, "key": title_of(values["key"], titles)})


def title_of(key: str, titles: Mapping[str, Any]) -> dict[str, str]:
    """Return what a characteristic is called, in both languages."""
    if key not in titles:
        return {"en": key, "zh": key}
    return {"en": titles[key].title.en, "zh": titles[key].title.zh}


def _risk(found: RiskStanding | None) -> Iterator[Explained]:
    if found is None or found.coefficient is None or found.inherent is None:
        return
    reasons = [
        Reason(Sentence(one["told"]["message"], one["told"]["values"]), one["part"])
        for one in found.factors
    ]
    if found.inherent > found.coefficient:
        share = float(1 - found.coefficient / found.inherent)
        told = Sentence(COVERED, {"share": {"share": round(share, 4)}})
        reasons.append(Reason(told, float(found.inherent - found.coefficient)))
    yield Explained(
        "risk_coefficient", Text("Risk coefficient", "风险系数"), found.coefficient, reasons=reasons
    )


def _appetite(found: RiskStanding | None) -> Iterator[Explained]:
    if found is not None and found.appetite is not None:
        title = Text("Risk appetite", "风险偏好")
        yield Explained("risk_appetite", title, APPETITES[found.appetite], "words")
