"""Propensity as a kind of model, with the same life as all others."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import sqrt
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.company import company
from guanxi_scoring.life.comparing import ERRORS, surely_less
from guanxi_scoring.life.contract import Fit, FitRequest, Kind, Sentence
from guanxi_scoring.life.options import DRIFT_ERRORS
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models import Model, Version
from guanxi_scoring.models.propensity import COMPANY, Case
from guanxi_scoring.propensity import fitting, storing
from guanxi_scoring.propensity.goals import KIND, goal_of
from guanxi_scoring.propensity.managing import require_allowed
from guanxi_scoring.propensity.options import DRIFT_PERCENT, GoalOptions
from guanxi_scoring.propensity.predicting import (
    frozen_tables,
    predictor,
    probability,
)
from guanxi_scoring.propensity.samples import counted, fingerprint, in_order
from guanxi_scoring.propensity.scoring import score_all, unscore
from guanxi_scoring.texts import N_

DRIFT_CASES: Final = 100

_WORSE: Final = N_(
    "On cases that it did not know it explains %(new)s of the uncertainty, the one in force "
    "%(old)s. The one in force stays."
)
_DRIFT: Final = N_(
    "Of %(cases)s cases that were closed since, %(observed)s succeeded where %(expected)s were "
    "expected. What comes in differs from what was learnt: fit the goal anew."
)
_ONLY_HERE: Final = N_(
    "Goals are learnt in the company's own database, whatever engine is chosen for other models."
)


def _fit(session: Session, model: Model, request: FitRequest) -> Fit:
    """Learn from the cases that were closed before ``as_of``; nothing is written."""
    goal, as_of = goal_of(model.options), request.as_of
    found = in_order(storing.samples(session, model.id, goal, as_of, now=as_of))
    result = fitting.learn(goal, found, request.seed)
    won, lost = counted(found)
    told = () if request.engine == "postgres" else (Sentence(_ONLY_HERE),)
    day = company(session).day
    return Fit(
        sample=len(found),
        fingerprint=fingerprint(found),
        parameters=result.parameters,
        metrics=result.quality.metrics,
        window_from=day(found[0].at),
        window_until=day(as_of) + timedelta(days=1),
        fit={"converged": True, "won": won, "lost": lost},
        pictures=result.quality.pictures,
        warnings=(*result.quality.warnings, *told),
    )


def _worse(
    candidate: Mapping[str, Any], current: Mapping[str, Any], least: float
) -> Sentence | None:
    """Compare by how much less uncertain than a plain guess each is on its own hold-out."""
    new, old = _explained(candidate), _explained(current)
    ours, theirs = ({"explained": one, ERRORS: of.get(ERRORS)} for one, of in
                    ((new, candidate), (old, current)))  # fmt: skip
    if old is None or (new is not None and not surely_less(ours, theirs, "explained", least)):
        return None
    shares = {name: {"share": round(max(one or 0.0, 0.0), 3)} for name, one in
              (("new", new), ("old", old))}  # fmt: skip
    return Sentence(_WORSE, shares)


def _explained(metrics: Mapping[str, Any]) -> float | None:
    """Return the share of the log loss of a plain guess that is gone (McFadden 1974)."""
    base = metrics.get("log_loss_base")
    return None if not base else 1 - float(metrics["log_loss"]) / float(base)


def _drift(session: Session, model: Model, version: Version, as_of: datetime) -> Sentence | None:
    """Compare, for cases that began since, how many succeeded with how many were expected.

    By the counts as they were at the fit: those of now know these outcomes already. Only cases
    whose time is over count, as early ones are successes only.
    """
    c, parameters = Case, version.parameters
    rows = session.execute(
        select(c.facts, c.traits, c.won).where(
            c.model_id == model.id, c.at >= version.as_of, c.due <= as_of, c.won.is_not(None)
        )
    ).all()
    if len(rows) < DRIFT_CASES:
        return None
    then = predictor(parameters, goal_of(options_of(version)), frozen_tables(parameters))
    told = then.many([({**row.facts, **row.traits}, COMPANY) for row in rows])
    p = [probability(one, parameters["calibration"]) or 0.0 for one in told]
    observed, expected = sum(row.won for row in rows), sum(p)
    spread = sqrt(sum(one * (1 - one) for one in p))
    off = abs(observed - expected)
    if off <= model.options.get("drift_errors", DRIFT_ERRORS) * spread:
        return None
    if off <= model.options.get("drift_percent", DRIFT_PERCENT) / 100 * len(rows):
        return None
    values = {"cases": len(rows), "observed": observed, "expected": round(expected, 1)}
    return Sentence(_DRIFT, values)


PROPENSITY: Final = Kind(
    key=KIND,
    title=Text("Propensity", "倾向"),
    fit=_fit,
    score=score_all,
    worse=_worse,
    drift=_drift,
    unscore=unscore,
    options=GoalOptions,
    allowed=require_allowed,
)
