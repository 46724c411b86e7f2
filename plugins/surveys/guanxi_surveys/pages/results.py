"""Results of one survey, and of all of them side by side; figures come from ``figures.report``."""

from typing import Any, Final

from flask import render_template, request, url_for

from guanxi.sdk import attributes_of, current, web
from guanxi_surveys.figures.periods import WEEKS, last_weeks
from guanxi_surveys.figures.readings import BESIDE
from guanxi_surveys.figures.report import Report, report
from guanxi_surveys.figures.tables import cross
from guanxi_surveys.figures.totals import change, totals
from guanxi_surveys.life.finding import find_survey, list_surveys
from guanxi_surveys.models import Survey
from guanxi_surveys.pages.blueprint import RESULTS, pages
from guanxi_surveys.pages.results_crossing import cross_rows, crossable
from guanxi_surveys.pages.results_words import (
    asked_scores,
    change_words,
    driver_rows,
    group_rows,
    overview_row,
    period_options,
    question_cards,
    stats_of,
    trend_words,
    week_series,
    word_bars,
)
from guanxi_surveys.pages.surveys_words import state_words, survey_tabs, text_of, title_of
from guanxi_surveys.sight import sees_all

USUAL: Final = 13


@pages.get("/results", permission=RESULTS)
def results() -> str:
    """The scores of all surveys in the last weeks, beside those of the weeks before."""
    weeks = asked_weeks()
    rows = _overview(weeks) if sees_all() else []
    if _is_free() and not any(one["finished"] for one in rows) and sees_all():
        weeks, rows = None, _overview(None)
    return render_template(
        "surveys/results.html",
        rows=rows,
        weeks=weeks,
        periods=period_options(),
        sees_all=sees_all(),
        changes=change_words(),
        asked_scores=asked_scores,
    )


@pages.get("/<key>/results", permission=RESULTS)
def survey_results(key: str) -> str:
    """Everything that answers to one survey say."""
    survey = find_survey(current.session(), key)
    found, weeks = report_asked(survey) if sees_all() else (None, asked_weeks())
    return render_template(
        "surveys/survey_results.html",
        survey=survey,
        title=title_of(survey),
        tabs=survey_tabs(survey, "survey_results"),
        state=state_words()[survey.state],
        tone=None,
        weeks=weeks,
        periods=period_options(),
        sees_all=sees_all(),
        report=found,
        **(_drawn(survey, found) if found is not None and not found.hidden else {}),
    )


@pages.get("/<key>/wall", permission=RESULTS)
def survey_wall(key: str) -> str:
    """The scores in large letters, for a screen on the wall (大屏展示); it renews itself."""
    survey = find_survey(current.session(), key)
    found = report_asked(survey)[0] if sees_all() else None
    shown = found is not None and not found.hidden
    return render_template(
        "surveys/wall.html",
        title=title_of(survey),
        report=found,
        stats=stats_of(found) if found is not None and shown else [],
        weeks=week_series(found) if found is not None and shown else None,
    )


def _overview(weeks: int | None) -> list[dict[str, Any]]:
    session = current.session()
    period = last_weeks(session, weeks, now=current.now())
    before, rows = period.before, []
    for survey in list_surveys(session, archived=False):
        if survey.current_number and survey.identity != "anonymous":
            scores = totals(session, survey.id, period)
            moved = change(totals(session, survey.id, before), scores) if before else None
            rows.append(overview_row(survey, title_of(survey), scores, moved))
    return rows


def report_asked(survey: Survey) -> tuple[Report | None, int | None]:
    """Return a report and its weeks: of all time where the usual weeks have nothing to show."""
    found, weeks = _report_of(survey, asked_weeks()), asked_weeks()
    nothing = found is not None and not found.hidden and not found.scores.counts["finished"]
    return (_report_of(survey, None), None) if nothing and _is_free() else (found, weeks)


def _report_of(survey: Survey, weeks: int | None) -> Report | None:
    return report(
        current.session(),
        survey,
        language=web.language(),
        now=current.now(),
        weeks=weeks,
        attribute=request.args.get("by"),
    )


def _is_free() -> bool:
    """Say whether the reader asked for no period."""
    return "weeks" not in request.args


def asked_weeks() -> int | None:
    """Return of how many weeks the reader wants figures; None: of all time."""
    asked = request.args.get("weeks", str(USUAL))
    if asked == "all":
        return None
    return int(asked) if asked in {str(one) for one in WEEKS} else USUAL


def _crossed(survey: Survey, found: Report, by: str | None) -> dict[str, Any] | None:
    """Return the table of a question by groups that the reader asks for; None without one."""
    parts = crossable(found)
    asked = request.args.get("question", "")
    if by is None or asked not in parts:
        return None
    question, _between, part = asked.partition(BESIDE)
    table = cross(current.session(), survey.id, by, question, found.period, part=part, least=1)
    return cross_rows(table, parts[asked], found, asked)


def _drawn(survey: Survey, found: Report) -> dict[str, Any]:
    catalogue = attributes_of(current.session())
    titles = {
        key: text_of({"en": catalogue[key].title.en, "zh-cn": catalogue[key].title.zh})
        if key in catalogue
        else key
        for key in found.attributes
    }
    asked = request.args.get("by")
    by = asked if asked in found.attributes else next(iter(found.attributes), None)
    return {
        "crossable": [(key, title) for key, title in crossable(found).items()],
        "crossed": _crossed(survey, found, by),
        "stats": stats_of(found),
        "series": week_series(found),
        "trends": trend_words(found),
        "cards": question_cards(found),
        "drivers": driver_rows(found),
        "words": word_bars(found),
        "groups": group_rows(found),
        "asked_scores": asked_scores,
        "group_titles": titles,
        "by": by,
        "file_url": _file_url,
    }  # fmt: skip


def _file_url(what: str, ending: str) -> str:
    key = (request.view_args or {})["key"]
    return url_for("surveys.results_file", key=key, what=what, ending=ending,
                   weeks=request.args.get("weeks"))  # fmt: skip
