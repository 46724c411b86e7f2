"""Scores of customers by a card: everybody's, or of a few after something changed."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, attributes_of, write_context
from guanxi_scoring.company import company
from guanxi_scoring.life import reaction
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.life.options import instant_of
from guanxi_scoring.models import CardScore, Model, Version
from guanxi_scoring.risk.card.bins import Why, is_missing
from guanxi_scoring.risk.card.card import Card, Refusal
from guanxi_scoring.risk.facts import attributes, facts_of
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.texts import N_

WHY: Final[dict[Why, str]] = {
    "below": N_("%(key)s is below all that the scorecard learnt from."),
    "above": N_("%(key)s is above all that the scorecard learnt from."),
    "missing": N_("%(key)s is not known, and the scorecard never met that."),
    "unknown": N_("%(key)s has a value that the scorecard never met."),
    "no_number": N_("%(key)s holds no number."),
}
"""Why there is no score."""
_STORE: Final = text(
    """
    INSERT INTO scoring_risk_scores (customer_id, model_id, model_version, as_of, points,
                                     probability, reasons, problem, scored_at)
    SELECT customer_id, CAST(:model AS uuid), CAST(:version AS integer),
           CAST(:as_of AS timestamptz), nullif(points, 'NaN'), nullif(probability, 'NaN'),
           CAST(reasons AS jsonb), CAST(problem AS jsonb), CAST(:now AS timestamptz)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:points AS float8[]), CAST(:probabilities AS float8[]),
                CAST(:reasons AS text[]), CAST(:problems AS text[]))
         AS n(customer_id, points, probability, reasons, problem)
    """
)


def score_all(session: Session, model: Model, version: Version, as_of: datetime) -> int:
    """Score everybody with a card; how many have points. Of whom nothing is known has no row."""
    session.execute(delete(CardScore).where(CardScore.model_id == model.id))
    return _score(session, model, version, as_of, None)


def score_some(session: Session, ids: Sequence[UUID]) -> None:
    """Score some customers anew with each card in force."""
    now = write_context(session).now
    for model, version in reaction.of_kind(session, KIND):
        session.execute(
            delete(CardScore).where(CardScore.model_id == model.id, CardScore.customer_id.in_(ids))
        )
        as_of = instant_of(version.fit.get("options", {}), now)
        _score(session, model, version, as_of, ids)


def cards_in_force(session: Session) -> Sequence[tuple[Model, Version]]:
    """Return the active cards with their version in force, the oldest first."""
    found = session.execute(
        select(Model, Version)
        .join(Version, Version.model_id == Model.id)
        .where(Model.kind == KIND, Model.state == "active", Version.state == "current")
        .order_by(Model.created_at, Model.key)
    )
    return [(row[0], row[1]) for row in found]


def counting_card(session: Session) -> reaction.InForce | None:
    """Return the card whose points count: that of the settings, else the oldest in force."""
    wanted = company(session).settings["risk_scorecard"]
    cards = reaction.of_kind(session, KIND)
    return next((one for one in cards if one.model.key == wanted or not wanted), None)


def in_words(refusal: Refusal) -> Sentence:
    """Return why a case has no score."""
    return Sentence(WHY[refusal.why], {"key": refusal.key})


def _score(
    session: Session,
    model: Model,
    version: Version,
    as_of: datetime,
    ids: Sequence[UUID] | None,
) -> int:
    card = Card(version.parameters)
    if not set(card.keys) <= attributes_of(session).keys():
        return 0  # it is made for files, or something that it asks for was switched off
    wanted, scored = attributes(session, card.keys), 0
    among = None if ids is None else Customer.id.in_(ids)
    for batch in facts_of(session, wanted, as_of, among):
        known = [one for one in batch if not all(map(is_missing, one[1].values()))]
        if known:
            scored += _store(session, model, version, as_of, _columns(card, known))
    return scored


def _columns(card: Card, known: Sequence[tuple[UUID, dict[str, Any]]]) -> dict[str, list[Any]]:
    """Return the scores of some customers, a column per parameter of ``_STORE``."""
    from guanxi_scoring.risk.card.many import score_many  # noqa: PLC0415 -- heavy

    found = score_many(card, {key: [values[key] for _, values in known] for key in card.keys})
    sets, which = found.reasons()
    reasons = [json.dumps([_reason(card, *one) for one in each]) for each in sets]
    problems: list[str | None] = [None] * len(known)
    for case, refusal in found.refusals():
        problems[case] = json.dumps(in_words(refusal).told)
    return {
        "ids": [customer_id for customer_id, _ in known],
        "points": found.points.tolist(),
        "probabilities": found.probability.tolist(),
        "reasons": [reasons[place] for place in which.tolist()],
        "problems": problems,
    }


def _reason(card: Card, which: int, place: int) -> dict[str, Any]:
    one = card.characteristics[which]
    return {"key": one.key, "place": place, "points": one.points[place], "cost": one.costs[place]}


def _store(
    session: Session, model: Model, version: Version, as_of: datetime, columns: dict[str, list[Any]]
) -> int:
    """Store scores; return how many of them have points."""
    session.execute(
        _STORE,
        {
            "model": model.id, "version": version.number, "as_of": as_of,
            "now": write_context(session).now, **columns,
        },
    )  # fmt: skip
    return columns["problems"].count(None)
