"""The page of reports: charts, each also as a table and as a file, over the days that are asked."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, current, web
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.blueprint import MANAGE, REPORTS, pages
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.reports.asking import Question, ask
from guanxi_loyalty.reports.campaigns import campaigns
from guanxi_loyalty.reports.expiring import expiring_soon
from guanxi_loyalty.reports.liability import liability
from guanxi_loyalty.reports.members import members, tiers
from guanxi_loyalty.reports.months import earn_and_burn, redemption_rate
from guanxi_loyalty.reports.tables import Column, find_report, table_of, titles
from guanxi_loyalty.sight import require_all
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import title_of

_PLACES: Final = Decimal("0.0001")


@pages.get("/reports", permission=REPORTS)
def reports() -> tuple[str, int]:
    """All reports of a programme on one page."""
    require_all()
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/reports.html", programme=None), 200
    question, error = _question(session, programme)
    shown = {
        "programme": programme,
        "title": title_of(programme, web.language()),
        "options": programme_options(session),
        "error": error,
        "asked": question,
        "currency": programme.currency,
        "file_url": _file_url(question),
        "policies_url": _policies_url(programme),
        "policies": question.unit.policies,
    }
    figures = _figures(session, question)
    status = 422 if error else 200
    return render_template("loyalty/reports.html", **shown, **figures), status


@pages.get("/reports/<name>.<ending>", permission=REPORTS)
def report_file(name: str, ending: str) -> Response:
    """One report as a file, CSV or XLSX; what would act as a formula in it is made harmless."""
    require_all()
    report, session = find_report(name), current.session()
    programme = asked_programme(session)
    if programme is None:
        raise NotFound(_("There is no programme yet."))
    question, error = _question(session, programme)
    if error:
        raise Invalid(error)
    language = web.language()
    rows = [
        [_cell(column, cell, question) for column, cell in zip(report.columns, row, strict=True)]
        for row in table_of(session, name, question).rows
    ]
    days = f"{question.since.isoformat()}-{question.until.isoformat()}"
    file_name = f"{programme.key}-{name}-{days}.{ending}"
    return web.table_file(file_name, titles(report.columns, language), rows)


def _question(session: Session, programme: Programme) -> tuple[Question, str]:
    """Return what is asked, or the usual question and what is wrong with this one."""
    now = current.now()
    try:
        since, until = _day("since"), _day("until")
        return ask(session, programme.key, now=now, since=since, until=until), ""
    except Invalid as error:
        return ask(session, programme.key, now=now), web.sentence(error)


def _day(name: str) -> date | None:
    typed = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid(_("Write days such as 2026-01-31.")) from None


def _figures(session: Session, question: Question) -> dict[str, Any]:
    months = earn_and_burn(session, question)
    redemption = redemption_rate(session, question)
    return {
        "members": members(session, question),
        "tiers": _tiers(session, question),
        "months": months,
        "rates": list(redemption.months.values()),
        "within": redemption.within,
        "ever": redemption.ever,
        "expiring": expiring_soon(session, question),
        "campaigns": campaigns(session, question),
        "owed": liability(session, question),
        "labels": [f"{one.month:%Y-%m}" for one in months],
        "title_of": lambda one: title_of(one, web.language()),
        "surely": _surely,
    }


def _tiers(session: Session, question: Question) -> list[dict[str, Any]]:
    zh = web.language() == "zh"
    return [
        {"label": title_zh if zh else title_en, "value": number}
        for _key, title_en, title_zh, number in tiers(session, question)
    ]


def _surely(uplift: Any) -> list[str]:
    """Say how far a comparison can be trusted."""
    if uplift.too_small:
        return [_("The groups are too small to say anything: each needs at least 30 members.")]
    said = [_("No difference is seen.")]
    if not uplift.low <= 0 <= uplift.high:
        said = [_("A difference beyond chance.")]
    if uplift.rough:
        said.append(_("Rough, as few spent very much."))
    return said


def _file_url(question: Question) -> Any:
    def url(name: str, ending: str) -> str:
        return url_for(
            "loyalty.report_file",
            name=name,
            ending=ending,
            programme=question.programme.key,
            since=question.since.isoformat(),
            until=question.until.isoformat(),
        )

    return url


def _policies_url(programme: Programme) -> str | None:
    """Return where the price of a point is set, for who may."""
    if not current.principal().may(MANAGE):
        return None
    return url_for("loyalty.edit_programme", key=programme.key)


def _cell(column: Column, cell: Any, question: Question) -> Any:
    if isinstance(cell, datetime):
        return cell.astimezone(question.unit.zone).replace(tzinfo=None, microsecond=0)
    if isinstance(cell, Decimal):
        return cell if column.kind == "money" else cell.quantize(_PLACES)
    return _words().get(cell, cell) if column.kind == "text" else cell


def _words() -> Mapping[str, str]:
    return {
        "too_small": _("groups too small"),
        "rough": _("rough"),
        "fair": _("fair"),
        "month": _("month"),
        "months": _("all these months"),
        "ever": _("since the beginning"),
    }
