"""A model and its versions as the templates draw them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound
from guanxi_scoring.company import company
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.models import FitOrder, Model, Version
from guanxi_scoring.pages.measures import headline, measured
from guanxi_scoring.pages.model_words import (
    causes,
    engines,
    parameter_rows,
    precise,
    question_of,
    states,
    title_of,
)
from guanxi_scoring.pages.pictures import pictures_of
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import N_, _


def versions_of(session: Session, model: Model) -> Sequence[Version]:
    """Return all versions of a model, the latest first."""
    found = select(Version).where(Version.model_id == model.id).order_by(Version.number.desc())
    return session.scalars(found).all()


def version_of(versions: Sequence[Version], number: int) -> Version:
    """Return a version by its number.

    :raises NotFound: there is none.
    """
    for one in versions:
        if one.number == number:
            return one
    raise NotFound(N_("The model has no version %(number)s."), number=number)


def card(session: Session, model: Model) -> dict[str, Any]:
    """Return a model as the list shows it."""
    versions = versions_of(session, model)
    current = _in_force(versions)
    firm = company(session)
    return {
        "model": model,
        "title": title_of(model),
        "question": question_of(model),
        "url": url_for("scoring.show_model", key=model.key),
        "in_force": current,
        "since": current.enabled_at if current else None,
        "says": headline(model.kind, current.metrics, firm.currency)
        if current and sees_all()
        else "",
        "sample": current.sample if current and sees_all() else None,
        "alarm": said(model.alarm),
        "problem": _problem(versions),
        "next_refit": next_refit(model, versions),
        "is_waiting": is_waiting(session, model),
    }


def whole(session: Session, model: Model, version: Version | None) -> dict[str, Any]:
    """Return a model in full, with one of its versions."""
    versions = versions_of(session, model)
    currency = company(session).currency
    shown = {**card(session, model), "versions": [_row(one) for one in versions]}
    return {**shown, "version": version and in_full(version, model, currency)}


def in_full(version: Version, model: Model, currency: str) -> dict[str, Any]:
    """Return a version with its measures, parameters and pictures."""
    return {
        **_row(version),
        "says": headline(model.kind, version.metrics, currency),
        "measures": measured(model.kind, version.metrics, currency),
        "parameters": parameter_rows(version),
        "fit_facts": _fit_facts(version),
        "warnings": [said(one) for one in version.warnings],
        "pictures": pictures_of(version, currency),
        "window_from": version.window_from,
        "window_until": version.window_until and version.window_until - timedelta(days=1),
        "fingerprint": version.fingerprint,
        "took_ms": version.took_ms,
    }


def in_force(versions: Sequence[Version]) -> Version | None:
    """Return the version in force, if there is one."""
    return _in_force(versions)


def next_refit(model: Model, versions: Sequence[Version]) -> datetime | None:
    """Return when a model is fitted anew on schedule; None: only when somebody asks."""
    if model.refit_days is None or model.state != "active" or not versions:
        return None
    return versions[0].trained_at + timedelta(days=model.refit_days)


def is_waiting(session: Session, model: Model) -> bool:
    """Say whether a fit of the model waits for the worker."""
    return session.get(FitOrder, model.id) is not None


def _in_force(versions: Sequence[Version]) -> Version | None:
    return next((one for one in versions if one.state == "current"), None)


def _problem(versions: Sequence[Version]) -> str:
    """Return what was wrong with the latest fit, if it is not the one in force."""
    if not versions or versions[0].state not in ("failed", "kept_back"):
        return ""
    return said(versions[0].problem)


def _fit_facts(version: Version) -> list[dict[str, Any]]:
    """Return how the fit went, in words; None values are left out."""
    fit = version.fit
    converged = fit.get("converged")
    words = {True: _("converged"), False: _("did not converge")}
    likelihood = fit.get("log_likelihood")
    facts = [
        {"label": _("Family"), "value": said(fit.get("why")) or None},
        {"label": _("Fit"), "value": words.get(converged) if converged is not None else None},
        {"label": _("Log-likelihood"), "value": precise(likelihood, 8)},
    ]
    return [one for one in facts if one["value"] is not None]


def _row(version: Version) -> dict[str, Any]:
    state, tone = states()[version.state]
    return {
        "number": version.number,
        "state": version.state,
        "state_title": state,
        "tone": tone,
        "cause": causes().get(version.cause, version.cause),
        "engine": engines().get(version.engine, version.engine),
        "seed": version.seed,
        "as_of": version.as_of,
        "sample": version.sample,
        "trained_at": version.trained_at,
        "asked_by": version.asked_by,
        "enabled_at": version.enabled_at,
        "enabled_by": version.enabled_by,
        "problem": said(version.problem),
    }
