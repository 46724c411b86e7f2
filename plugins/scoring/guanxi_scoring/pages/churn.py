"""Lapse: from when contacting pays, whom to contact first, whose rhythm is broken."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from guanxi.sdk import current, customers
from guanxi_scoring.churn import breaks, contacting, places
from guanxi_scoring.churn.policy import policy_of
from guanxi_scoring.churn.rhythm.refreshing import as_of, population_of
from guanxi_scoring.company import company
from guanxi_scoring.explaining.gathering import reason_texts
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.life.finding import find_model, in_force
from guanxi_scoring.pages.blueprint import VIEW, pages
from guanxi_scoring.pages.measures import headline
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import _

PAGE: Final = 25
MODEL: Final = "silence"


@pages.get("/lapse", permission=VIEW)
def churn() -> str:
    """The threshold with what it leads to, the first customers to contact, the latest breaks."""
    session = current.session()
    policy = policy_of(session)
    found = contacting.outlook(session, policy)
    return render_template(
        "scoring/churn.html",
        policy=policy,
        outlook=found,
        contacts=contacting.to_contact(session, policy, limit=PAGE),
        breaks=breaks.broken(session, limit=PAGE),
        broken=breaks.count_broken(session),
        today=today_of(session),
        rhythm=_rhythm(session),
        model=_model(session),
        sources=source_words(),
        sees_all=sees_all(),
        more=PAGE,
    )


@pages.get("/lapse/customers", permission=VIEW)
def churn_customers() -> str:
    """Everybody whom contacting pays, page by page."""
    session = current.session()
    policy, after = policy_of(session), places.gain_place(request.args.get("after"))
    rows = contacting.to_contact(session, policy, limit=PAGE + 1, after=after)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = places.cursor_of(last.gain, last.customer_id) if last else None
    return render_template(
        "scoring/churn_customers.html",
        policy=policy,
        contacts=rows[:PAGE],
        sources=source_words(),
        next_url=url_for("scoring.churn_customers", after=following) if following else None,
    )


@pages.get("/lapse/rhythms", permission=VIEW)
def churn_rhythms() -> str:
    """All broken rhythms, page by page."""
    session = current.session()
    after = places.day_place(request.args.get("after"))
    rows = breaks.broken(session, limit=PAGE + 1, after=after)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = places.cursor_of(last.warn_on, last.customer_id) if last else None
    return render_template(
        "scoring/churn_rhythms.html",
        breaks=rows[:PAGE],
        today=today_of(session),
        next_url=url_for("scoring.churn_rhythms", after=following) if following else None,
    )


@pages.get("/lapse/why/<uuid:customer_id>", permission=VIEW)
def churn_why(customer_id: UUID) -> str:
    """Why a customer's risk is as it is, for the place of the button."""
    from guanxi_scoring.churn.reasons import explain  # noqa: PLC0415 -- heavy, for who asks

    session = current.session()
    found = customers.get(session, customer_id)
    texts = [text for one in explain(session, found.id) for text in reason_texts(one)]
    return render_template("scoring/_churn_why.html", reasons=texts)


def source_words() -> dict[str, str]:
    """Return what the sources of the risk are called."""
    return {"lifetime": _("Lifetime model"), "silence": _("Silence model")}


def today_of(session: Session) -> date:
    """Return the company's day as of which rhythms are judged."""
    return company(session).day(as_of(session, current.now()))


def _rhythm(session: Session) -> dict[str, Any]:
    """Return whether warnings can be given yet; else why not."""
    found = population_of(session)
    if found is None:
        return {"ready": False, "problem": None}
    return {"ready": found.problem is None, "problem": said(found.problem) or None}


def _model(session: Session) -> dict[str, Any]:
    """Return the model of silence as one sees it here: in force or not, and how good it is."""
    version = in_force(session, MODEL) if find_model(session, MODEL) else None
    if version is None:
        return {"in_force": False, "says": "", "url": _model_url(session)}
    says = headline(MODEL, version.metrics, company(session).currency) if sees_all() else ""
    return {"in_force": True, "says": says, "url": _model_url(session)}


def _model_url(session: Session) -> str | None:
    if not sees_all() or find_model(session, MODEL) is None:
        return None
    return url_for("scoring.show_model", key=MODEL)
