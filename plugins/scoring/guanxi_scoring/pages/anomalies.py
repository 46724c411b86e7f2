"""Weeks out of the ordinary: the list, one of them with what it is made of, the decision."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from guanxi.sdk import Invalid, NotFound, PreconditionFailed, current, web
from guanxi_scoring.company import company
from guanxi_scoring.explaining.wording import country
from guanxi_scoring.insight import anomalies, places
from guanxi_scoring.insight.figures import FIGURES, WEEK, parts, series
from guanxi_scoring.insight.rows_behind import MOST, rows_behind
from guanxi_scoring.insight.unusual import BEFORE
from guanxi_scoring.pages.anomaly_words import shown_anomalies, shown_anomaly, written
from guanxi_scoring.pages.blueprint import DECIDE, VIEW, pages
from guanxi_scoring.propensity.wording import titles
from guanxi_scoring.sight import require_all
from guanxi_scoring.texts import N_, _

PAGE: Final = 25
_DRAWN: Final = 26


@pages.get("/insight/weeks", permission=VIEW)
def anomaly_list() -> str:
    """All weeks out of the ordinary, page by page."""
    require_all()
    session, after = current.session(), places.week_place(request.args.get("after"))
    state = request.args.get("state", "")
    state = state if state in anomalies.STATES else ""
    rows = anomalies.latest(session, state=state, limit=PAGE + 1, after=after)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = places.cursor_of(last.week_on, last.figure) if last else None
    url = url_for("scoring.anomaly_list", after=following, state=state or None)
    return render_template(
        "scoring/anomalies.html",
        anomalies=shown_anomalies(session, rows[:PAGE]),
        state=state,
        next_url=url if following else None,
    )


@pages.get("/insight/weeks.<ending>", permission=VIEW)
def anomaly_file(ending: str) -> Response:
    """The same as a file, CSV or XLSX."""
    require_all()
    header = [
        _("Week of"), _("Figure"), _("Value"), _("Expected"), _("Low"), _("High"),
        _("Distance"), _("State"), _("What it was"),
    ]  # fmt: skip
    rows = [
        [
            one.week_on, str(FIGURES[one.figure].title), one.value, one.expected, one.low,
            one.high, round(one.score, 2), one.state, one.note,
        ]
        for one in anomalies.latest(current.session(), limit=100_000)
    ]  # fmt: skip
    return web.table_file(f"weeks.{ending}", header, rows)


@pages.get("/insight/weeks/<figure>/<week_on>", permission=VIEW)
def anomaly(figure: str, week_on: str) -> str:
    """One week's figure: the weeks before, what it is made of, the touchpoints behind it."""
    return _draw(figure, anomalies.week_of(week_on))


@pages.post("/insight/weeks/<figure>/<week_on>", permission=DECIDE)
def decide_anomaly(figure: str, week_on: str) -> Redirect | tuple[str, int]:
    """Say what it was, or dismiss it."""
    require_all()
    week = anomalies.week_of(week_on)
    try:
        anomalies.decide(
            current.tx(), figure, week, request.form.get("state", ""),
            request.form.get("note", ""), by=current.principal().name, now=current.now(),
            expected_version=web.form_version(),
        )  # fmt: skip
    except (Invalid, PreconditionFailed) as error:
        web.drop_transaction()
        return _draw(figure, week, error), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("scoring.anomaly", figure=figure, week_on=week_on))


def _draw(figure: str, week_on: date, error: Invalid | PreconditionFailed | None = None) -> str:
    require_all()
    session, there = current.session(), company(current.session())
    if figure not in FIGURES:
        raise NotFound(N_("There is no such figure."))
    found = anomalies.find_one(session, figure, week_on)
    since, until = week_on - WEEK * (_DRAWN - 6), week_on + WEEK * 6
    values = series(session, there, figure, since, until)
    unit, channel = FIGURES[figure].unit, _channels(session)

    def say(value: Decimal) -> str:
        return written(value, unit, there.currency)

    return render_template(
        "scoring/anomaly.html",
        shown=shown_anomaly(found, there.currency),
        weeks=[week.isoformat() for week in values],
        values=[float(value) for value in values.values()],
        unit=there.currency if unit == "money" else None,
        parts={
            "channel": _parts(parts(session, there, figure, week_on, "channel"), say, channel),
            "country": _parts(parts(session, there, figure, week_on, "country"), say, country),
        },
        rows=rows_behind(session, there, figure, week_on),
        most=MOST,
        before=BEFORE,
        error=web.sentence(error) if error is not None else "",
        typed=_typed(found),
        may_decide=current.principal().may(DECIDE),
    )


def _parts(
    found: Iterable[tuple[str | None, Decimal]],
    say: Callable[[Decimal], str],
    called: Callable[[str], str],
) -> list[tuple[str, str]]:
    return [(called(name) if name else "", say(value)) for name, value in found]


def _channels(session: Session) -> Callable[[str], str]:
    """Return what says what a channel is called."""
    known = titles(session)["channels"]
    return lambda key: known.get(key, key)


def _typed(found: Any) -> dict[str, str]:
    if request.method == "POST":
        return {name: request.form.get(name, "") for name in ("state", "note", "version")}
    state = found.state if found.state != "new" else "explained"
    return {"state": state, "note": found.note or "", "version": str(found.version)}
