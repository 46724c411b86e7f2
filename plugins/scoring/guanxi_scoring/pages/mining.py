"""Insights that mining put forward: all of them with filters, one with its rows, decisions."""

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from guanxi.sdk import Invalid, NotFound, PreconditionFailed, current, customers, run_job, web
from guanxi_scoring.company import PLUGIN
from guanxi_scoring.explaining.wording import number, said, share
from guanxi_scoring.mining import evidence, insights
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.mining.jobs import MINE
from guanxi_scoring.models import Insight
from guanxi_scoring.pages.blueprint import DECIDE, MANAGE, VIEW, pages
from guanxi_scoring.pages.mining_words import SHARES, figure_words, kind_words, state_words
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import N_, _

PAGE: Final = 50
_SMALL: Final = 0.0001


@pages.get("/mining", permission=VIEW)
def mining() -> str:
    """All hypotheses within sight of attributes, by kind and strength, with filters."""
    session = current.session()
    filters = {
        "state": _chosen("state", insights.STATES),
        "kind": _chosen("kind", insights.KINDS),
    }
    tally = insights.tally(session)
    return render_template(
        "scoring/mining.html",
        rows=[_row(one) for one in _visible_ones(session, filters)],
        filters=filters,
        kinds=list(kind_words().items()),
        states=[(key, state_words()[key][0]) for key in insights.STATES],
        tally=tally.by_state,
        share_confirmed=tally.share_confirmed,
        sees_all=sees_all(),
    )


@pages.get("/mining/insights.<ending>", permission=VIEW)
def mining_file(ending: str) -> Response:
    """All hypotheses as a file, CSV or XLSX; figures only for who sees all customers."""
    session, words = current.session(), figure_words()
    figures = list(words) if sees_all() else []
    header = [_("Kind"), _("Statement"), _("State"), _("Why"), *(words[one] for one in figures)]
    filters = {
        "state": _chosen("state", insights.STATES),
        "kind": _chosen("kind", insights.KINDS),
    }
    rows = [
        [
            kind_words()[one.kind], said(one.statement), state_words()[one.state][0], one.reason,
            *(one.evidence.get(name) for name in figures),
        ]
        for one in _visible_ones(session, filters)
    ]  # fmt: skip
    return web.table_file(f"insights.{ending}", header, rows)


@pages.post("/mining/run", permission=MANAGE)
def mine_now() -> Redirect:
    """Have the worker look for insights now."""
    run_job(current.tx(), PLUGIN, MINE)
    flash(_("The worker looks for insights. Look again in a moment."), "success")
    return redirect(url_for("scoring.mining"))


@pages.get("/mining/<uuid:insight_id>", permission=VIEW)
def insight_page(insight_id: UUID) -> str:
    """One hypothesis: its figures, the customers behind it within sight, the decision."""
    return _draw(insight_id)


@pages.post("/mining/<uuid:insight_id>", permission=DECIDE)
def decide_insight(insight_id: UUID) -> Redirect | tuple[str, int]:
    """Confirm or reject it, with why."""
    find_visible(current.session(), insight_id)
    who = current.principal()
    try:
        insights.decide(
            current.tx(),
            insight_id,
            request.form.get("decision", ""),
            request.form.get("reason", ""),
            by=Decider(who.name, who.user_id),
            now=current.now(),
            version=web.form_version(),
        )
    except (Invalid, PreconditionFailed) as error:
        web.drop_transaction()
        return _draw(insight_id, error), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("scoring.insight_page", insight_id=insight_id))


def find_visible(session: Session, insight_id: UUID) -> Insight:
    """Return an insight whose attribute whoever asks may see.

    :raises NotFound: it is not there, or not for them.
    """
    found = insights.get_insight(session, insight_id)
    if not evidence.visible(session, found):
        raise NotFound(N_("There is no such insight."))
    return found


def _draw(insight_id: UUID, error: Invalid | PreconditionFailed | None = None) -> str:
    session, language = current.session(), web.language()
    found = find_visible(session, insight_id)
    shown = customers.columns(session)
    after = request.args.get("after")
    page = customers.page(
        session,
        shown,
        evidence.about(session, found),
        limit=PAGE,
        after=web.decode_cursor(after, 2) if after else None,
    )
    following = web.encode_cursor(page.next_values) if page.next_values else None
    url = url_for("scoring.insight_page", insight_id=found.id, after=following)
    return render_template(
        "scoring/insight.html",
        **_row(found),
        figures=_figures(found) if sees_all() else [],
        columns=[
            {
                "key": one.key,
                "title": one.title.in_language(language),
                "primary": place == 0,
                "align": "end" if one.type in ("number", "money") else "start",
            }
            for place, one in enumerate(shown)
        ],
        people=[
            {
                "url": url_for("customers.show", customer_id=row[0]),
                **customers.cells(shown, row[1:], language),
            }
            for row in page.rows
        ],
        next_url=url if following else None,
        error=web.sentence(error) if error is not None else "",
        typed={name: request.form.get(name, "") for name in ("decision", "reason")},
        may_decide=current.principal().may(DECIDE),
        sees_all=sees_all(),
    )


def _visible_ones(session: Session, filters: dict[str, str]) -> list[Insight]:
    found = insights.list_insights(session, state=filters["state"], kind=filters["kind"])
    return [one for one in found if evidence.visible(session, one)]


def _row(one: Insight) -> dict[str, Any]:
    return {
        "one": one,
        "kind": kind_words()[one.kind],
        "statement": said(one.statement),
        "state": state_words()[one.state],
        "url": url_for("scoring.insight_page", insight_id=one.id),
    }


def _figures(one: Insight) -> list[dict[str, Any]]:
    return [
        {"label": title, "value": _written(name, one.evidence[name])}
        for name, title in figure_words().items()
        if one.evidence.get(name) is not None
    ]


def _written(name: str, value: float) -> str:
    """Write a figure; of what is nearly nought only that it is."""
    if name in SHARES:
        return share(value)
    return f"< {_SMALL}" if 0 < value < _SMALL else number(round(value, 4))


def _chosen(name: str, allowed: tuple[str, ...]) -> str:
    typed = request.args.get(name, "")
    return typed if typed in allowed else ""
