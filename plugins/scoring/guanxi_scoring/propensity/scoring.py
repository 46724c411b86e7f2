"""Write the probabilities of customers: of everybody, or of a few after what they just did.

Counts are always brought up to date before a probability is computed, never the other way round.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.company import company
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models import Model, Version
from guanxi_scoring.models.propensity import COMPANY, Count, Propensity
from guanxi_scoring.propensity import storing
from guanxi_scoring.propensity.bayes import Table
from guanxi_scoring.propensity.cases import chance
from guanxi_scoring.propensity.goals import Goal, goal_of
from guanxi_scoring.propensity.history import chunks
from guanxi_scoring.propensity.learners import BAYES
from guanxi_scoring.propensity.predicting import features_in, predictor, probability
from guanxi_scoring.propensity.reasons import reasons
from guanxi_scoring.propensity.storing import About
from guanxi_scoring.propensity.traits import named

_FORGET: Final = text(
    """
    DELETE FROM scoring_propensities
    WHERE model_id = CAST(:model AS uuid) AND customer_id = ANY(CAST(:ids AS uuid[]))
    """
)
_STORE: Final = text(
    """
    INSERT INTO scoring_propensities (customer_id, model_id, version, p, reasons, scored_at)
    SELECT n.customer_id, CAST(:model AS uuid), CAST(:version AS integer), n.p,
        CAST(n.reasons AS jsonb), CAST(:scored_at AS timestamptz)
    FROM unnest(CAST(:customer_id AS uuid[]), CAST(:p AS float8[]), CAST(:reasons AS text[]))
        AS n (customer_id, p, reasons)
    ORDER BY n.customer_id
    ON CONFLICT (customer_id, model_id) DO UPDATE
    SET version = excluded.version, p = excluded.p, reasons = excluded.reasons,
        scored_at = excluded.scored_at
    """
)


@dataclass(frozen=True, slots=True)
class Round:
    """With what customers are scored, and as of when."""

    model: Model
    version: Version
    goal: Goal
    as_of: datetime

    @classmethod
    def of(cls, model: Model, version: Version, as_of: datetime) -> "Round":
        """Return the round of a version; its own options count, not those of a later edit."""
        return cls(model, version, goal_of(options_of(version)), as_of)


def score_all(session: Session, model: Model, version: Version, as_of: datetime) -> int:
    """Bring all cases up to date, count them anew, score everybody; return how many scores."""
    one = Round.of(model, version, as_of)
    features = features_in(version.parameters)
    storing.follow_all(session, model.id, one.goal, as_of, now=as_of)
    storing.recount(session, model.id, features)
    session.execute(delete(Propensity).where(Propensity.model_id == model.id))
    tables = storing.tables(session, model.id)
    scored = 0
    for ids in chunks(session):
        found = storing.about(session, one.goal, ids, as_of)
        scored += _score(session, one, ids, found, tables)
    return scored


def score_some(
    session: Session,
    model: Model,
    version: Version,
    customer_ids: Collection[UUID],
    as_of: datetime,
) -> int:
    """Bring cases, counts and scores of some customers up to date; return how many scores.

    Who is merged or erased loses theirs.
    """
    one = Round.of(model, version, as_of)
    found = storing.about(session, one.goal, customer_ids, as_of)
    derived = storing.derived_rows(session, one.goal, found, as_of, now=as_of)
    stored = storing.stored_rows(session, model.id, customer_ids)
    features = features_in(version.parameters)
    storing.reconcile(session, model.id, derived, stored, features)
    tables = {}
    if version.parameters["learner"] == BAYES:
        tables = storing.tables(session, model.id, found.teams.values())
    return _score(session, one, customer_ids, found, tables)


def unscore(session: Session, model: Model) -> None:
    """Remove scores, cases and counts of a model."""
    storing.forget_all(session, model.id)
    for table in (Propensity, Count):
        session.execute(delete(table).where(table.model_id == model.id))


def _score(
    session: Session,
    one: Round,
    customer_ids: Collection[UUID],
    found: About,
    tables: Mapping[UUID, Table],
) -> int:
    known = _known(one, found, company(session).zone)
    rows = _rows(session, one, known, found, tables)
    gone = set(customer_ids) - {row["customer_id"] for row in rows}
    same = {"model": one.model.id}
    if gone:
        ask(session, (_FORGET, {**same, "ids": list(gone)}))
    if rows:
        columns = {name: [row[name] for row in rows] for name in ("customer_id", "p", "reasons")}
        columns["reasons"] = [json.dumps(told) for told in columns["reasons"]]
        asked = {**same, **columns, "version": one.version.number, "scored_at": one.as_of}
        ask(session, (_STORE, asked))
    return len(rows)


def _known(one: Round, found: About, zone: str) -> dict[UUID, dict[str, Any]]:
    """Return what is known of those who can be scored: active, and like those it learnt from."""
    known = {}
    for customer_id in found.active:
        told = chance(one.goal, found.touches.get(customer_id, []), one.as_of, zone)
        if told.is_known:
            known[customer_id] = {**told.facts, **found.traits.get(customer_id, {})}
    return known


def _rows(
    session: Session,
    one: Round,
    known: Mapping[UUID, Mapping[str, Any]],
    found: About,
    tables: Mapping[UUID, Table],
) -> list[dict[str, Any]]:
    parameters = one.version.parameters
    features, ids = features_in(parameters), list(known)
    told = predictor(parameters, one.goal, tables).many(
        [(known[each], found.teams.get(each, COMPANY)) for each in ids]
    )
    titles = attribute_titles(session, one.goal.attributes)
    rows = []
    for customer_id, result in zip(ids, told, strict=True):
        p = probability(result, parameters["calibration"])
        if p is None or result is None:
            continue
        rows.append(
            {
                "customer_id": customer_id,
                "p": p,
                "reasons": reasons(result.parts, features, known[customer_id], titles),
            }
        )
    return rows


def attribute_titles(session: Session, keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what attributes are called in both languages."""
    found = named(keys, session)
    return {key: {"en": one.title.en, "zh": one.title.zh} for key, one in found.items()}
