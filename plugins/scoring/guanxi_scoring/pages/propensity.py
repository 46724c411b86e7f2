"""Goals: all of them, and one with its figures and the customers to approach first."""

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import current, web
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.life.finding import list_models
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.models import Model
from guanxi_scoring.pages.blueprint import MANAGE, VIEW, pages
from guanxi_scoring.pages.model_views import card
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.pages.propensity_words import learner_title, weights_in_words
from guanxi_scoring.propensity import managing, reading
from guanxi_scoring.propensity.explaining import readable
from guanxi_scoring.propensity.goals import KIND, goal_of
from guanxi_scoring.propensity.wording import sentence, titles
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import _

PAGE: Final = 25


@pages.get("/propensity", permission=VIEW)
def propensity() -> str:
    """All goals, each in plain words with how good it is."""
    session = current.session()
    archived = request.args.get("state") == "archived"
    shown = [one for one in list_models(session, archived=archived) if one.kind == KIND]
    away = [one for one in list_models(session, archived=True) if one.kind == KIND]
    return render_template(
        "scoring/propensity.html",
        goals=[_shown(session, one) for one in shown],
        archived=archived,
        any_archived=bool(away),
        sees_all=sees_all(),
    )


@pages.get("/propensity/goals/<key>", permission=VIEW)
def show_goal(key: str) -> str:
    """One goal: how good it is, what it goes by, and whom to approach first."""
    session = current.session()
    model = managing.get_goal(session, key)
    found = reading.best(session, model, limit=PAGE + 1, after=_after())
    return render_template(
        "scoring/propensity_goal.html",
        **_shown(session, model),
        customers=[_customer(session, one) for one in found[:PAGE]],
        next_url=_next(model, found),
        sees_all=sees_all(),
        weights=weights_in_words(session, model) if sees_all() else [],
    )


@pages.post("/propensity/goals/<key>/fit", permission=MANAGE)
def fit_goal(key: str) -> Response:
    """Have a goal learnt anew in the background."""
    session = current.tx()
    model = managing.get_goal(session, key)
    order_fit(session, model, "asked", now=current.now())
    flash(_("The goal is being learnt. Look again in a moment."), "success")
    return redirect(url_for("scoring.show_goal", key=model.key))


@pages.post("/propensity/goals/<key>/archive", permission=MANAGE)
def archive_goal(key: str) -> Response:
    """Put a goal away; its scores go."""
    managing.archive_goal(current.tx(), key, expected_version=web.form_version(), now=current.now())
    flash(_("The goal is in the archive. Its versions stay."), "success")
    return redirect(url_for("scoring.propensity"))


@pages.post("/propensity/goals/<key>/restore", permission=MANAGE)
def restore_goal(key: str) -> Response:
    """Take a goal out of the archive."""
    model = managing.restore_goal(
        current.tx(), key, expected_version=web.form_version(), now=current.now()
    )
    flash(_("The goal is in use again."), "success")
    return redirect(url_for("scoring.show_goal", key=model.key))


def _shown(session: Session, model: Model) -> dict[str, Any]:
    """Return a goal as the list and its own page show it; figures for who may see everybody."""
    drawn = card(session, model)
    version = drawn["in_force"]
    goal = goal_of(model.options)
    told = {
        **drawn,
        "title": title_of(model),
        "question": sentence(goal, titles(session)),
        "url": url_for("scoring.show_goal", key=model.key),
        "model_url": url_for("scoring.show_model", key=model.key),
        "scored": reading.scored(session, model),
        "as_of": version.as_of if version else None,
        "warnings": [said(one) for one in version.warnings] if version and sees_all() else [],
    }
    if version is None or not sees_all():
        return {**told, "figures": None}
    won, lost = reading.totals(session, model)
    metrics = version.metrics
    figures = {
        "won": won,
        "lost": lost,
        "auc": metrics.get("auc"),
        "lift": metrics.get("lift"),
        "rate": won / (won + lost) if won + lost else None,
        "learner": learner_title(version.parameters["learner"]),
        "calibration": version.parameters["calibration"]["method"],
    }
    return {**told, "figures": figures}


def _customer(session: Session, one: reading.Best) -> dict[str, Any]:
    return {
        "id": one.customer_id,
        "name": one.name,
        "p": one.p,
        "url": url_for("customers.show", customer_id=one.customer_id),
        "reasons": [said(reason.sentence) for reason in readable(session, one.reasons)],
    }


def _after() -> tuple[float, UUID] | None:
    cursor = request.args.get("after")
    return reading.place_from(cursor) if cursor else None


def _next(model: Model, found: list[reading.Best]) -> str | None:
    if len(found) <= PAGE:
        return None
    after = reading.cursor_of(found[PAGE - 1])
    return url_for("scoring.show_goal", key=model.key, after=after)
