"""Risk: classes of the customers in sight, scorecards, agencies, files of past cases."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from sqlalchemy.orm import Session

from guanxi.sdk import current, web
from guanxi_scoring.life.finding import current_version, list_models
from guanxi_scoring.life.ordering import waiting_orders
from guanxi_scoring.models import Model
from guanxi_scoring.pages.blueprint import RISK, pages
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.pages.risk_words import TONES, class_title
from guanxi_scoring.risk import agencies, case_files, reading
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.risk.scores import counting_card
from guanxi_scoring.sight import sees_all


@pages.get("/risk", permission=RISK)
def risk() -> str:
    """The classes of the customers in sight, and what they come from."""
    return draw_risk({})


def draw_risk(errors: dict[str, str], dialog: str = "") -> str:
    """Draw the page; ``dialog`` stands open with what is wrong."""
    session = current.session()
    counting = counting_card(session)
    waiting = {one.model_id for one in waiting_orders(session)}
    cards = [one for one in list_models(session) if one.kind == KIND]
    away = [one for one in list_models(session, archived=True) if one.kind == KIND]
    classes, known = _classes(session), agencies.list_agencies(session)
    files = case_files.list_cases(session)
    return render_template(
        "scoring/risk.html",
        classes=classes,
        nothing_known=not (cards or away or known or files or any(c["customers"] for c in classes)),
        cards=[_card(session, one, counting, waiting) for one in cards],
        archived=[_card(session, one, None, waiting) for one in away],
        agencies=known,
        files=files,
        errors=errors,
        dialog=dialog,
        import_url=_import_url(),
        chinese=web.language() == "zh",
        settings_url=url_for("settings.edit", scope="scoring")
        if current.principal().may("settings.manage")
        else None,
    )


def _classes(session: Session) -> list[dict[str, Any]]:
    sees_customers = current.principal().may("customers.view")
    return [
        {
            "key": key,
            "title": class_title(key),
            "customers": n,
            "tone": TONES[key],
            "url": _customers_url(key) if n and sees_customers else None,
        }
        for key, n in reading.by_class(session).items()
    ]


def _card(session: Session, model: Model, counting: Any, waiting: set[UUID]) -> dict[str, Any]:
    version = current_version(session, model)
    return {
        "model": model,
        "title": title_of(model),
        "url": url_for("scoring.show_scorecard", key=model.key),
        "version": version.number if version else None,
        "auc": version.metrics.get("auc") if version and sees_all() else None,
        "sample": version.sample if version and sees_all() else None,
        "counts": counting is not None and counting[0].id == model.id,
        "waits": model.id in waiting,
    }


def _customers_url(risk_class: str) -> str:
    named: dict[str, Any] = {"scoring.risk_class__eq": risk_class}
    return url_for("customers.list_customers", **named)


def _import_url() -> str | None:
    """Where ratings of many customers come in from a file, for who may."""
    who = current.principal()
    if not (who.may("imports.run") and who.may("scoring.assess")):
        return None
    return url_for("imports.new", importer="scoring.ratings")
