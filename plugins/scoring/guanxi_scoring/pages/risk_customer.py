"""One customer's risk: coefficient with factors, ratings, appetite, mitigations, history."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, Invalid, attributes_of, current, customers, web
from guanxi_scoring.company import company
from guanxi_scoring.explaining import wording
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.models import RiskStanding
from guanxi_scoring.pages.blueprint import ASSESS, RISK, pages
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.pages.risk_words import REFUSALS, TONES, Errors, class_title, day_in
from guanxi_scoring.risk import agencies, appetite, mitigations, ratings, reading
from guanxi_scoring.risk import reasons as why
from guanxi_scoring.risk.appetite_classes import CLASSES as APPETITES
from guanxi_scoring.risk.mitigations import KINDS, MitigationDraft
from guanxi_scoring.risk.questionnaire import QUESTIONS
from guanxi_scoring.risk.ratings import RatingDraft
from guanxi_scoring.texts import _

Answer = str | tuple[str, int] | Response


@pages.get("/customers/<uuid:customer_id>/risk", permission=RISK)
def customer_risk(customer_id: UUID) -> str | Response:
    """Everything about the risk of one customer."""
    found = customers.get(current.session(), customer_id)
    if found.id != customer_id:
        return redirect(url_for("scoring.customer_risk", customer_id=found.id))
    return _draw(found, Errors())


@pages.post("/customers/<uuid:customer_id>/risk/ratings", permission=ASSESS)
def record_rating(customer_id: UUID) -> Answer:
    """Record a rating."""
    sent = request.form

    def record(found: Customer) -> None:
        rated_on = day_in(sent.get("rated_on"), "rated_on")
        if rated_on is None:
            said = _("Write a day such as 2026-01-31.")
            raise Invalid(said, fields={"rated_on": [said]})
        until = day_in(sent.get("valid_until"), "valid_until")
        draft = RatingDraft(
            sent.get("agency", ""), sent.get("grade", ""), rated_on, sent.get("source", ""), until
        )
        ratings.record_rating(current.tx(), found.id, draft, now=current.now())

    return _done(customer_id, record, "rating")


@pages.post(
    "/customers/<uuid:customer_id>/risk/ratings/<uuid:rating_id>/withdraw", permission=ASSESS
)
def withdraw_rating(customer_id: UUID, rating_id: UUID) -> Response:
    """Withdraw a rating."""
    ratings.withdraw_rating(current.tx(), rating_id, now=current.now())
    flash(_("The rating is withdrawn."), "success")
    return redirect(url_for("scoring.customer_risk", customer_id=customer_id))


@pages.post("/customers/<uuid:customer_id>/risk/answers", permission=ASSESS)
def record_answers(customer_id: UUID) -> Answer:
    """Keep the answers to the questionnaire."""

    def record(found: Customer) -> None:
        chosen = {one.key: request.form.get(one.key, "") for one in QUESTIONS}
        day = day_in(request.form.get("answered_on"), "answered_on")
        appetite.record_answers(current.tx(), found.id, chosen, answered_on=day, now=current.now())

    return _done(customer_id, record, "answers")


@pages.post("/customers/<uuid:customer_id>/risk/mitigations", permission=ASSESS)
def record_mitigation(customer_id: UUID) -> Answer:
    """Record a mitigation."""
    sent = request.form

    def record(found: Customer) -> None:
        draft = MitigationDraft(
            sent.get("kind", ""),
            _percent(sent.get("share", "")),
            sent.get("note", ""),
            day_in(sent.get("valid_from"), "valid_from"),
            day_in(sent.get("valid_until"), "valid_until"),
        )
        mitigations.record_mitigation(current.tx(), found.id, draft, now=current.now())

    return _done(customer_id, record, "mitigation")


@pages.post(
    "/customers/<uuid:customer_id>/risk/mitigations/<uuid:mitigation_id>/end", permission=ASSESS
)
def end_mitigation(customer_id: UUID, mitigation_id: UUID) -> Response:
    """End a mitigation."""
    mitigations.end_mitigation(current.tx(), mitigation_id, now=current.now())
    flash(_("It is ended."), "success")
    return redirect(url_for("scoring.customer_risk", customer_id=customer_id))


def _done(customer_id: UUID, record: Callable[[Customer], None], dialog: str) -> Answer:
    found, errors = customers.get(current.tx(), customer_id), Errors()
    try:
        record(found)
    except REFUSALS as error:
        status = errors.take(error)
        return _draw(found, errors, dialog), status
    flash(_("Saved."), "success")
    return redirect(url_for("scoring.customer_risk", customer_id=found.id))


def _percent(text: str) -> Decimal:
    try:
        return Decimal(text.strip().rstrip("%")) / 100
    except InvalidOperation:
        said = _("Write a share above 0 and at most 100 percent.")
        raise Invalid(said, fields={"share": [said]}) from None


def _draw(found: Customer, errors: Errors, dialog: str = "") -> str:
    session = current.session()
    whole = reading.whole(session, found.id)
    today = company(session).day(current.now())
    return render_template(
        "scoring/risk_customer.html",
        customer=found,
        name=found.display_name or _("Erased customer"),
        whole=whole,
        standing=_standing(whole.standing),
        scores=_scores(session, whole),
        today=today,
        agencies=[
            (one.key, one.title_zh if web.language() == "zh" else one.title_en)
            for one in agencies.list_agencies(session)
        ],
        questions=QUESTIONS,
        appetites={key: str(title) for key, title in APPETITES.items()},
        kinds=[(key, str(title)) for key, title in KINDS.items()],
        kind_titles={key: str(title) for key, title in KINDS.items()},
        classes={key: class_title(key) for key in TONES},
        tones=TONES,
        history=_history(whole),
        errors=errors.said,
        dialog=dialog,
        typed=request.form,
    )


def _standing(found: RiskStanding | None) -> dict[str, Any]:
    if found is None:
        return {"coefficient": None, "class": "unknown", "factors": [], "covered": None}
    covered = None
    if found.inherent and found.coefficient is not None:
        covered = float(1 - found.coefficient / found.inherent)
    return {
        "coefficient": found.coefficient,
        "inherent": found.inherent,
        "class": found.risk_class,
        "covered": covered,
        "factors": [
            {"told": wording.said(one["told"]), "part": one["part"], "weight": one["weight"]}
            for one in found.factors
        ],
        "computed_at": found.computed_at,
    }


def _scores(session: Session, whole: reading.Whole) -> list[dict[str, Any]]:
    titles = attributes_of(session)
    return [
        {
            "title": title_of(model),
            "url": url_for("scoring.show_scorecard", key=model.key),
            "points": score.points,
            "probability": score.probability,
            "version": score.model_version,
            "as_of": score.as_of,
            "problem": wording.said(why.unknown(score.problem, titles)),
            "reasons": [
                wording.said(
                    Sentence(
                        why.COSTS,
                        {
                            "title": why.title_of(one["key"], titles),
                            "points": round(one["cost"], 1),
                        },
                    )
                )
                for one in score.reasons
            ],
        }
        for model, _version, score in whole.scores
    ]


def _history(whole: reading.Whole) -> dict[str, Any]:
    known = [one for one in reversed(whole.changes) if one.coefficient is not None]
    return {
        "labels": [one.at.date().isoformat() for one in known],
        "coefficient": [float(one.coefficient or 0) for one in known],
        "inherent": [float(one.inherent or 0) for one in known],
    }
