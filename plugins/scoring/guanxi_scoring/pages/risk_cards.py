"""One scorecard: its bins with weights and points, how good it is, whether it still fits."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import current, web
from guanxi_scoring.explaining import wording
from guanxi_scoring.life import changing
from guanxi_scoring.life.finding import current_version, list_versions
from guanxi_scoring.life.ordering import order_fit, waiting_orders
from guanxi_scoring.models import Model, Version
from guanxi_scoring.pages.blueprint import ASSESS, RISK, pages
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.pages.risk_words import bin_in_words, characteristic_title
from guanxi_scoring.risk.card.stability import ALARM, WATCH, verdict
from guanxi_scoring.risk.managing import get_card
from guanxi_scoring.risk.population import population_index, score_classes
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import _


@pages.get("/risk/scorecards/<key>", permission=RISK)
def show_scorecard(key: str) -> str:
    """A scorecard; figures of all customers are for who may see them all."""
    session = current.session()
    model = get_card(session, key)
    version = current_version(session, model)
    latest = next(iter(list_versions(session, model, limit=1)), None)
    shown = version if sees_all() else None
    return render_template(
        "scoring/risk_card.html",
        model=model,
        title=title_of(model),
        version=version,
        waits=model.id in {one.model_id for one in waiting_orders(session)},
        problem=wording.said(latest.problem) if latest is not None and latest.problem else "",
        alarm=wording.said(model.alarm) if model.alarm else "",
        sees_all=sees_all(),
        model_url=url_for("scoring.show_model", key=model.key)
        if current.principal().may("scoring.view")
        else None,
        warnings=[_warning(session, one) for one in shown.warnings] if shown else [],
        characteristics=_characteristics(session, shown),
        stability=_stability(session, model, shown),
    )


@pages.post("/risk/scorecards/<key>/fit", permission=ASSESS)
def fit_scorecard(key: str) -> Response:
    """Have a scorecard fitted anew in the background."""
    session = current.tx()
    order_fit(session, get_card(session, key), "asked", now=current.now())
    flash(_("It is being fitted. Look again in a moment."), "success")
    return redirect(url_for("scoring.show_scorecard", key=key))


@pages.post("/risk/scorecards/<key>/archive", permission=ASSESS)
def archive_scorecard(key: str) -> Response:
    """Put a scorecard away; its scores go."""
    model = get_card(current.tx(), key)
    changing.archive_model(
        current.tx(), model.key, expected_version=web.form_version(), now=current.now()
    )
    flash(_("The scorecard is in the archive. Its versions stay."), "success")
    return redirect(url_for("scoring.risk"))


@pages.post("/risk/scorecards/<key>/restore", permission=ASSESS)
def restore_scorecard(key: str) -> Response:
    """Take a scorecard out of the archive."""
    model = get_card(current.tx(), key)
    changing.restore_model(
        current.tx(), model.key, expected_version=web.form_version(), now=current.now()
    )
    flash(_("The scorecard is in use again."), "success")
    return redirect(url_for("scoring.show_scorecard", key=key))


def _warning(session: Session, told: dict[str, Any]) -> str:
    values = dict(told.get("values") or {})
    if "key" in values:
        values["key"] = characteristic_title(session, values["key"])
    return wording.said({"message": told["message"], "values": values})


def _characteristics(session: Session, version: Version | None) -> list[dict[str, Any]]:
    if version is None:
        return []
    found = sorted(version.parameters["characteristics"], key=lambda one: -one["iv"])
    return [_characteristic(session, one) for one in found]


def _characteristic(session: Session, one: dict[str, Any]) -> dict[str, Any]:
    cases = sum(held["good"] + held["bad"] for held in one["bins"]) or 1
    names = [bin_in_words(held) for held in one["bins"]]
    return {
        "key": one["key"],
        "title": characteristic_title(session, one["key"]),
        "iv": one["iv"],
        "coefficient": one["coefficient"],
        "range": (one["low"], one["high"]) if one["type"] == "number" else None,
        "names": names,
        "woe": [round(held["woe"], 4) for held in one["bins"]],
        "bins": [
            {
                "name": name,
                "good": held["good"],
                "bad": held["bad"],
                "share": (held["good"] + held["bad"]) / cases,
                "rate": held["bad"] / (held["good"] + held["bad"])
                if held["good"] + held["bad"]
                else None,
                "woe": held["woe"],
                "points": held["points"],
            }
            for name, held in zip(names, one["bins"], strict=True)
        ],
    }


def _stability(session: Session, model: Model, version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    classes = score_classes(session, model, version)
    index = population_index(session, model, version)
    watch, alarm = (model.options.get(f"psi_{one}", usual) for one, usual in
                    (("watch", WATCH), ("alarm", ALARM)))  # fmt: skip
    learnt, now = sum(one.learnt for one in classes), sum(one.now for one in classes)
    return {
        "index": index,
        "verdict": verdict(index, watch, alarm) if index is not None else None,
        "watch": watch,
        "alarm": alarm,
        "labels": [_score_range(one.low, one.high) for one in classes],
        "learnt": [round(100 * one.learnt / (learnt or 1), 2) for one in classes],
        "now": [round(100 * one.now / (now or 1), 2) for one in classes],
        "scored": now,
    }


def _score_range(low: float | None, high: float | None) -> str:
    return bin_in_words(
        {
            "kind": "interval",
            "low": None if low is None else round(low),
            "high": None if high is None else round(high),
        }
    )
