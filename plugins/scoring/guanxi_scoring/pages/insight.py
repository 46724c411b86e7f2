"""Insight at a glance: potential, weeks out of the ordinary, kept analyses, reports."""

from typing import Any, Final

from flask import Response, render_template, request, url_for

from guanxi.sdk import current, web
from guanxi_scoring.churn.places import gain_place
from guanxi_scoring.company import company
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.insight import anomalies, places, potential
from guanxi_scoring.insight.analyses import keeping
from guanxi_scoring.insight.board import freezing
from guanxi_scoring.pages.anomaly_words import shown_anomalies
from guanxi_scoring.pages.blueprint import VIEW, pages
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import _

FEW: Final = 8
PAGE: Final = 25
MOST_IN_A_FILE: Final = 100_000


@pages.get("/insight", permission=VIEW)
def insight() -> str:
    """The first of each: potentials, anomalies, analyses, reports."""
    session, everybody = current.session(), sees_all()
    return render_template(
        "scoring/insight_overview.html",
        total=potential.total(session),
        currency=company(session).currency,
        potentials=[_ranked(one) for one in potential.ranked(session, limit=FEW)],
        anomalies=shown_anomalies(session, anomalies.latest(session, limit=FEW))
        if everybody
        else [],
        new=anomalies.count_new(session) if everybody else 0,
        analyses=keeping.analyses(session)[:FEW],
        reports=freezing.reports(session, limit=FEW) if everybody else [],
        sees_all=everybody,
        more=FEW,
    )


@pages.get("/insight/potential", permission=VIEW)
def insight_potential() -> str:
    """Everybody of whom more can be expected, page by page."""
    session, after = current.session(), gain_place(request.args.get("after"))
    rows = potential.ranked(session, limit=PAGE + 1, after=after)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = places.cursor_of(last.gap, last.customer_id) if last else None
    return render_template(
        "scoring/insight_potential.html",
        potentials=[_ranked(one) for one in rows[:PAGE]],
        next_url=url_for("scoring.insight_potential", after=following) if following else None,
    )


@pages.get("/insight/potential.<ending>", permission=VIEW)
def insight_potential_file(ending: str) -> Response:
    """The same as a file, CSV or XLSX."""
    session = current.session()
    header = [
        _("Customer"), _("Id"), _("Expected in 12 months"), _("Brought in 12 months"),
        _("Potential"), _("Currency"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [one.name, str(one.customer_id), one.expected, one.now, one.gap, one.currency]
        for one in potential.ranked(session, limit=MOST_IN_A_FILE)
    ]
    return web.table_file(f"potential.{ending}", header, rows)


def _ranked(one: potential.Ranked) -> dict[str, Any]:
    url = url_for("customers.show", customer_id=one.customer_id)
    return {"one": one, "url": url, "reasons": [said(reason) for reason in one.reasons]}
