"""Reports for the board: make one, read it as PDF."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from guanxi.sdk import Invalid, current, customers, web
from guanxi_scoring.company import company
from guanxi_scoring.insight.board import freezing
from guanxi_scoring.pages.blueprint import MANAGE, VIEW, pages
from guanxi_scoring.pages.board_pdf import render
from guanxi_scoring.sight import require_all
from guanxi_scoring.texts import N_, _


@pages.get("/insight/reports", permission=VIEW)
def board_reports() -> str:
    """All reports, the latest first, and the form for a new one."""
    return _draw()


@pages.post("/insight/reports", permission=MANAGE)
def make_board_report() -> Redirect | tuple[str, int]:
    """Freeze the figures as of now, or of the end of a day."""
    require_all()
    now = current.now()
    try:
        freezing.freeze(
            current.tx(), request.form.get("title", ""), as_of=_as_of(now),
            by=current.principal().name, now=now, classes=request.form.get("classes", ""),
        )  # fmt: skip
    except Invalid as error:
        web.drop_transaction()
        return _draw(error), error.status
    flash(_("The report is made; its figures stay as they are."), "success")
    return redirect(url_for("scoring.board_reports"))


@pages.get("/insight/reports/<uuid:report_id>.pdf", permission=VIEW)
def board_report(report_id: UUID) -> Response:
    """A report as PDF, in the reader's language."""
    require_all()
    session = current.session()
    found = freezing.find_report(session, report_id)
    body = render(found, language=web.language(), zone=company(session).zone)
    answer = Response(body, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename="report.pdf")
    return answer


def _as_of(now: datetime) -> datetime:
    """Return the end of the day that was typed in the company's zone, or now."""
    typed = request.form.get("as_of", "").strip()
    if not typed:
        return now
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").date() + timedelta(days=1)  # noqa: DTZ007 -- a day
    except (ValueError, OverflowError):
        raise Invalid(N_("Write a day such as 2026-11-30."), fields={"as_of": []}) from None
    zone = ZoneInfo(company(current.session()).zone)
    return min(datetime.combine(day, time(), zone).astimezone(UTC), now)


def _draw(error: Invalid | None = None) -> str:
    require_all()
    session = current.session()
    language = web.language()
    classes = [
        (key, one.title.in_language(language))
        for key, one in customers.attributes_in_sight(session).items()
        if one.type in ("choice", "text", "boolean")
    ]
    typed: dict[str, Any] = {
        name: request.form.get(name, "") for name in ("title", "as_of", "classes")
    }
    return render_template(
        "scoring/board_reports.html",
        reports=freezing.reports(session),
        classes=sorted(classes, key=lambda one: one[1]),
        typed={**typed, "classes": typed["classes"] or "customers.country"},
        error=web.sentence(error) if error is not None else "",
        errors=dict.fromkeys(error.fields or {}, web.sentence(error)) if error else {},
    )
