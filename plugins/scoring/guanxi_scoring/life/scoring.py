"""Score everybody with the version in force, where that is due: a round per model.

It is due when there is none yet, when another version is in force, when somebody asked, and
where scores follow the calendar when the company's day changed.
"""

from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.life import locking, thresholds
from guanxi_scoring.life.finding import current_versions, last_rounds, list_models
from guanxi_scoring.life.kinds import kind_of
from guanxi_scoring.life.options import follows_now, instant_of
from guanxi_scoring.models import Model, ScoreRound, Version


def options_of(version: Version) -> dict[str, Any]:
    """Return the options with which a version was fitted; its scores go by them."""
    found: dict[str, Any] = version.fit.get("options") or {}
    return found


def due_models(session: Session, *, now: datetime) -> list[tuple[Model, Version]]:
    """Return the models with which everybody is to be scored, with their version in force."""
    today, rounds, versions = (
        company(session).day(now),
        last_rounds(session),
        current_versions(session),
    )

    def is_due(model: Model, version: Version) -> bool:
        done = rounds.get(model.id)
        if done is None or done.asked or done.number != version.number:
            return True
        return follows_now(options_of(version)) and done.day != today

    found = ((one, versions[one.id]) for one in list_models(session) if one.id in versions)
    return [(model, version) for model, version in found if is_due(model, version)]


def score_everybody(session: Session, model: Model, version: Version, *, now: datetime) -> int:
    """Score all customers with a version, and tell of thresholds that they crossed; how many."""
    locking.own_scores(session, model.key)
    began = perf_counter()
    as_of = instant_of(options_of(version), now)
    customers = kind_of(model.kind).score(session, model, version, as_of)
    done = ScoreRound(
        model_id=model.id,
        number=version.number,
        as_of=as_of,
        day=company(session).day(now),
        customers=customers,
        scored_at=now,
        took_ms=round((perf_counter() - began) * 1000),
        asked=False,
    )
    session.merge(done)
    session.flush()
    thresholds.look(session, None, now=now)
    return customers
