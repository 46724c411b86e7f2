"""Work in the background: fits, scores of a new day, scheduled refits, drift.

Each run is one transaction with one model, so that none lasts longer than it must; a run that
leaves something to do asks for the next one.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, Job, Refused, Text, run_job
from guanxi_scoring.churn.contacting import ask_for_threshold
from guanxi_scoring.company import PLUGIN
from guanxi_scoring.life.contract import CannotFit, Sentence
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.ordering import FIT, SCORE, order_fit, waiting_orders
from guanxi_scoring.life.refitting import order_overdue
from guanxi_scoring.life.scoring import due_models, score_everybody
from guanxi_scoring.life.watching import set_alarm, watch
from guanxi_scoring.models import FitOrder, Model


def fit(session: Session, now: datetime) -> dict[str, Any]:
    """Fit the model that waits longest; then everybody is scored with what came of it."""
    orders = waiting_orders(session)
    if not orders:
        return {}
    order = orders[0]
    told = _fitted(session, order, now)
    if "waits" in told:
        return told
    session.delete(order)
    session.flush()
    run_job(session, PLUGIN, FIT if len(orders) > 1 else SCORE)
    return told


def score(session: Session, now: datetime) -> dict[str, Any]:
    """Score everybody with one model for which that is due; ready-made models are made first."""
    for model in ensure_ready_made(session, now=now):
        order_fit(session, model, "first", now=now)
    due = due_models(session, now=now)
    if len(due) > 1:
        run_job(session, PLUGIN, SCORE)
    if waiting_orders(session):
        run_job(session, PLUGIN, FIT)
    if not due:
        return {}
    model, version = due[0]
    try:
        customers = score_everybody(session, model, version, now=now)
    except CannotFit as error:  # as when the engine is not there
        set_alarm(session, model, "scores", Sentence(error.message, error.values), now=now)
        return {"model": model.key, "problem": str(error)}
    set_alarm(session, model, "scores", None, now=now)
    ask_for_threshold(session)
    return {"model": model.key, "customers": customers}


def refit(session: Session, now: datetime) -> dict[str, Any]:
    """Have models fitted whose time has come."""
    return {"models": order_overdue(session, now=now)}


def drift(session: Session, now: datetime) -> dict[str, Any]:
    """Compare what comes in with what models learnt from."""
    return {"drifts": watch(session, now=now)}


JOBS: Final = (
    Job(FIT, Text("Fit models", "训练模型"), fit),
    Job(SCORE, Text("Scores of a new day or version", "新一天或新版本的评分"), score, "6 * * * *"),
    Job("refit", Text("Fit models whose time has come", "定期重新训练模型"), refit, "21 1 * * *"),
    Job("drift", Text("Look for drift", "检查模型漂移"), drift, "41 3 * * *"),
)


def _fitted(session: Session, order: FitOrder, now: datetime) -> dict[str, Any]:
    model = session.get_one(Model, order.model_id)
    try:
        request = request_for(session, model, engine=order.engine, location=order.location, now=now)
        version = fit_version(
            session, model, request, order.cause, asked_by=order.asked_by, now=now
        )
    except Conflict as error:
        return {"model": model.key, "waits": str(error)}
    except (Invalid, Refused) as error:
        return {"model": model.key, "problem": str(error)}
    return {"model": model.key, "number": version.number, "state": version.state}
