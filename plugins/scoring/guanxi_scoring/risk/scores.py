"""Scores of customers by a card: everybody's, or of a few after something changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, attributes_of, write_context
from guanxi_scoring.company import company
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.life.options import instant_of
from guanxi_scoring.models import CardScore, Model, Version
from guanxi_scoring.risk.card.bins import Why, is_missing
from guanxi_scoring.risk.card.card import Card, Refusal
from guanxi_scoring.risk.facts import attributes, facts_of
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.texts import N_

AT_ONCE: Final = 2000
WHY: Final[dict[Why, str]] = {
    "below": N_("%(key)s is below all that the scorecard learnt from."),
    "above": N_("%(key)s is above all that the scorecard learnt from."),
    "missing": N_("%(key)s is not known, and the scorecard never met that."),
    "unknown": N_("%(key)s has a value that the scorecard never met."),
    "no_number": N_("%(key)s holds no number."),
}
"""Why there is no score."""


def score_all(session: Session, model: Model, version: Version, as_of: datetime) -> int:
    """Score everybody with a card; how many have points. Of whom nothing is known has no row."""
    session.execute(delete(CardScore).where(CardScore.model_id == model.id))
    return _score(session, model, version, as_of, None)


def score_some(session: Session, ids: Sequence[UUID]) -> None:
    """Score some customers anew with each card in force."""
    now = write_context(session).now
    for model, version in cards_in_force(session):
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


def counting_card(session: Session) -> tuple[Model, Version] | None:
    """Return the card whose points count: that of the settings, else the oldest in force."""
    wanted = company(session).settings["risk_scorecard"]
    cards = cards_in_force(session)
    return next((one for one in cards if one[0].key == wanted or not wanted), None)


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
    now = write_context(session).now
    among = None if ids is None else Customer.id.in_(ids)
    for batch in facts_of(session, wanted, as_of, among):
        rows = list(_rows(card, batch))
        scored += sum(one["points"] is not None for one in rows)
        same = {
            "model_id": model.id, "model_version": version.number, "as_of": as_of,
            "scored_at": now,
        }  # fmt: skip
        for start in range(0, len(rows), AT_ONCE):
            part = [{**one, **same} for one in rows[start : start + AT_ONCE]]
            session.execute(insert(CardScore), part)
    return scored


def _rows(card: Card, batch: Sequence[tuple[UUID, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for customer_id, values in batch:
        if all(is_missing(one) for one in values.values()):
            continue
        found = card.score(values)
        if isinstance(found, Refusal):
            yield {
                "customer_id": customer_id, "points": None, "probability": None, "reasons": [],
                "problem": in_words(found).told,
            }  # fmt: skip
        else:
            yield {
                "customer_id": customer_id,
                "points": found.points,
                "probability": found.probability,
                "reasons": [
                    {"key": one.key, "place": one.place, "points": one.points, "cost": one.cost}
                    for one in found.reasons
                ],
                "problem": None,
            }
