"""Results as files: CSV and XLSX of each table, and the whole as PDF. Formulas are neutralised."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Response

from guanxi.sdk import NotFound, current, web
from guanxi_surveys.figures.intervals import Figure
from guanxi_surveys.figures.report import Report
from guanxi_surveys.figures.tables import Group
from guanxi_surveys.figures.totals import Scores
from guanxi_surveys.life.finding import find_survey
from guanxi_surveys.pages.blueprint import RESULTS, pages
from guanxi_surveys.pages.results import report_asked
from guanxi_surveys.pages.results_words import stats_of
from guanxi_surveys.pages.surveys_words import title_of
from guanxi_surveys.sight import sees_all
from guanxi_surveys.texts import N_, _

Table = tuple[list[str], list[list[Any]]]


@pages.get("/<key>/results/<what>.<ending>", permission=RESULTS)
def results_file(key: str, what: str, ending: str) -> Response:
    """One table of the results, or ``report.pdf``."""
    survey = find_survey(current.session(), key)
    found = report_asked(survey)[0] if sees_all() else None
    if found is None or found.hidden:
        raise NotFound(N_("There are no figures to hand out."))
    if (what, ending) == ("report", "pdf"):
        return _pdf(found, survey.key, title_of(survey))
    if what not in _TABLES:
        raise NotFound(N_("There is no such table of results."))
    header, rows = _TABLES[what](found)
    return web.table_file(f"{survey.key}_{what}.{ending}", header, rows)


def _pdf(found: Report, key: str, title: str) -> Response:
    from guanxi_surveys.pages.results_pdf import render  # noqa: PLC0415 -- heavy, for who makes one

    data = render(title, found, stats_of(found), language=web.language())
    answer = Response(data, content_type="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{key}_results.pdf")
    return answer


def _weeks(found: Report) -> Table:
    header = [_("Week of"), _("Answers"), *_score_columns()]
    rows = [
        [one.monday, one.scores.counts["finished"], *_score_cells(one.scores)]
        for one in found.weeks
    ]
    return header, rows


def _questions(found: Report) -> Table:
    header = [_("Question"), _("Name"), _("Part"), _("Answer"), _("Number"), _("Percent"),
              _("Mean"), _("Seen"), _("Answered"), _("Gave up here")]  # fmt: skip
    rows = []
    for one in found.results:
        told = [one.seen, one.answered, one.left]
        for part in one.parts:
            average = part.mean.value if part.mean else None
            rows += [[one.title, one.name, part.text, bar.text, bar.n, bar.percent, average, *told]
                     for bar in part.bars]  # fmt: skip
            if not part.bars:
                rows.append([one.title, one.name, part.text, None, part.n, None, average, *told])
        if not one.parts:
            rows.append([one.title, one.name, None, None, None, None, None, *told])
    return header, rows


def _groups(found: Report) -> Table:
    header = [_("Group"), _("Answers"), *_score_columns()]
    return header, [[one.label, one.n, *_score_cells(one)] for one in found.groups]


def _words(found: Report) -> Table:
    header = [_("Word"), _("Language"), _("Comments"), _("Mean score"), _("Mean sentiment")]
    return header, [[one.word, one.language, one.n, one.score, one.sentiment]
                    for one in found.words]  # fmt: skip


def _score_columns() -> list[str]:
    """Return the titles over ``_score_cells``."""
    return [
        title
        for name in ("NPS", "CSAT", "CES")
        for title in (name, _("%(figure)s, lower bound", figure=name),
                      _("%(figure)s, upper bound", figure=name))
    ]  # fmt: skip


def _score_cells(scores: Scores | Group) -> list[float | None]:
    """Return each score with its bounds."""
    return [*_bounds(scores.nps), *_bounds(scores.csat), *_bounds(scores.ces)]


def _bounds(figure: Figure | None) -> Sequence[float | None]:
    if figure is None:
        return (None, None, None)
    return (round(figure.value, 4), round(figure.low, 4), round(figure.high, 4))


_TABLES: Final[dict[str, Callable[[Report], Table]]] = {
    "weeks": _weeks,
    "questions": _questions,
    "groups": _groups,
    "words": _words,
}
