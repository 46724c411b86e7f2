"""Figures in words and rows, as the pages of results show them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import format_date, format_decimal, format_percent

from guanxi_surveys.figures.comparing import Difference
from guanxi_surveys.figures.intervals import SMALL, Figure
from guanxi_surveys.figures.periods import WEEKS
from guanxi_surveys.figures.questions import Part, Result
from guanxi_surveys.figures.report import Report
from guanxi_surveys.figures.totals import Change, Scores
from guanxi_surveys.models import Survey
from guanxi_surveys.texts import N_, _

_GOOD_HUE, _BAD_HUE, _MIDDLE_HUE = 3, 5, 1
_MOST_WORDS: Final = 20
_HIGH, _LOW = 0.75, 0.5
NOTHING: Final = "–"
Stat = dict[str, Any]


def period_options() -> list[tuple[str, str]]:
    """Return the periods that can be chosen."""
    found = [(str(weeks), _("Last %(n)s weeks", n=weeks)) for weeks in WEEKS]
    return [*found, ("all", _("From the beginning"))]


def points(figure: Figure | None) -> str:
    """Return an NPS, with its sign."""
    return NOTHING if figure is None else signed(figure.value)


def points_interval(figure: Figure) -> str:
    """Return between which numbers the NPS of everybody lies, 95 of 100 times."""
    return _("%(low)s to %(high)s", low=signed(figure.low), high=signed(figure.high))


def signed(value: float) -> str:
    """Return a whole number with its sign; nought has none."""
    whole = round(value)
    return format_decimal(whole, "+#,##0;−#,##0") if whole else "0"


def share(figure: Figure | None) -> str:
    """Return a share in percent."""
    return NOTHING if figure is None else format_percent(figure.value, "#,##0 %")


def share_interval(figure: Figure) -> str:
    """Return between which percentages the share of everybody lies, 95 of 100 times."""
    low, high = max(figure.low, -1), min(figure.high, 1)
    return _("%(low)s to %(high)s",
             low=format_percent(low, "#,##0 %"), high=format_percent(high, "#,##0 %"))  # fmt: skip


def stats_of(found: Report) -> list[Stat]:
    """Return the scores that the survey asks for, each with its interval and how it changed."""
    scores, moved = found.scores, found.change
    stats: list[Stat] = [_answers(found)]
    if scores.nps is not None:
        stats.append({
            "label": "NPS", "value": points(scores.nps), "icon": "gauge",
            "hint": _hint(points_interval(scores.nps), scores.nps),
            **_changed(moved.nps if moved else None, 1),
        })  # fmt: skip
    for name, title, icon in _SHARES:
        figure: Figure | None = getattr(scores, name)
        if figure is not None:
            stats.append({
                "label": _(title), "value": share(figure), "icon": icon,
                "hint": _hint(share_interval(figure), figure),
                **_changed(getattr(moved, name, None) if moved else None, 100),
            })  # fmt: skip
    if scores.completion is not None:
        stats.append({"label": _("Completed"), "value": share(scores.completion),
                      "icon": "percentage", "hint": _took(scores)})  # fmt: skip
    return stats


def overview_row(survey: Survey, title: str, scores: Scores, moved: Change | None) -> Stat:
    """Return the line of a survey among all of them."""
    return {
        "title": title,
        "url": url_for("surveys.survey_results", key=survey.key),
        "finished": scores.counts["finished"],
        "nps": points(scores.nps),
        "nps_interval": points_interval(scores.nps) if scores.nps else "",
        "nps_change": _changed(moved.nps if moved else None, 1),
        "csat": share(scores.csat),
        "csat_interval": share_interval(scores.csat) if scores.csat else "",
        "ces": share(scores.ces),
        "ces_interval": share_interval(scores.ces) if scores.ces else "",
        "small": bool(scores.counts["finished"]) and scores.counts["finished"] < SMALL,
    }


def asked_scores(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the columns of the scores that any of the rows has."""
    columns = (("nps", "NPS"), ("csat", _("Satisfied (CSAT)")), ("ces", _("Easy (CES)")))
    return [
        {"key": key, "title": title, "align": "end"}
        for key, title in columns
        if any(row[key] != NOTHING for row in rows)
    ]


def change_words() -> str:
    """Say what a marked change is."""
    return _("A change is shown where chance alone would make it in fewer than 5 of 100 cases.")


def week_series(found: Report) -> dict[str, Any]:
    """Return the weekly scores as a chart wants them: labels, and a series for each score."""
    series = []
    for name, title, times in (("nps", "NPS", 1), ("csat", _("Satisfied (CSAT), %"), 100),
                               ("ces", _("Easy (CES), %"), 100)):  # fmt: skip
        figures = [getattr(one.scores, name) for one in found.weeks]
        if any(figure is not None for figure in figures):
            data = [None if figure is None else round(times * figure.value, 1)
                    for figure in figures]  # fmt: skip
            series.append({"name": title, "data": data})
    return {
        "labels": [format_date(one.monday, "medium") for one in found.weeks],
        "series": series,
        "answers": [one.scores.counts["finished"] for one in found.weeks],
    }


def trend_words(found: Report) -> list[str]:
    """Say which scores go up or down over the weeks, and which cannot be said to."""
    said = []
    for name, title, times in (("nps", "NPS", 1), ("csat", "CSAT", 100), ("ces", "CES", 100)):
        one = found.trends.get(name)
        if one is None:
            continue
        step = format_decimal(abs(times * one.slope), "#,##0.0")
        if not one.is_significant:
            said.append(_("%(score)s: no trend beyond chance.", score=title))
        elif one.slope > 0:
            said.append(_("%(score)s rises by %(step)s points a week.", score=title, step=step))
        else:
            said.append(_("%(score)s falls by %(step)s points a week.", score=title, step=step))
    return said


def question_cards(found: Report) -> list[dict[str, Any]]:
    """Return each question with its bars, or its mean, and how many answered and gave up."""
    return [_card(one) for one in found.results]


def driver_rows(found: Report) -> list[dict[str, Any]]:
    """Return for each score what moves it, the strongest first."""
    titles = {"nps": "NPS", "csat": _("Satisfaction"), "ces": _("Effort")}
    return [
        {
            "title": titles[score],
            "explained": format_percent(one.r_squared, "#,##0 %"),
            "n": one.n,
            "bars": [
                {"label": found.titles.get(driver.question, driver.question),
                 "value": round(driver.share, 4), "text": format_percent(driver.share, "#,##0 %"),
                 "note": _("falls with it") if driver.correlation < 0 else ""}
                for driver in one.drivers
            ],
        }
        for score, one in found.drivers.items()
    ]  # fmt: skip


def word_bars(found: Report) -> list[dict[str, Any]]:
    """Return the words of comments, coloured by the scores that they come with."""
    return [
        {"label": one.word, "value": one.n, "text": format_decimal(one.n),
         "note": "" if one.score is None
         else _("mean score %(share)s", share=format_percent(one.score, "#,##0 %")),
         "hue": _MIDDLE_HUE if one.score is None or _LOW < one.score < _HIGH
         else _GOOD_HUE if one.score >= _HIGH else _BAD_HUE}
        for one in found.words[:_MOST_WORDS]
    ]  # fmt: skip


def group_rows(found: Report) -> list[dict[str, Any]]:
    """Return the scores of each group."""
    return [
        {
            "label": one.label or _("not known"),
            "n": one.n,
            "nps": points(one.nps),
            "nps_interval": points_interval(one.nps) if one.nps else "",
            "csat": share(one.csat),
            "csat_interval": share_interval(one.csat) if one.csat else "",
            "ces": share(one.ces),
            "ces_interval": share_interval(one.ces) if one.ces else "",
        }
        for one in found.groups
    ]


def _card(one: Result) -> dict[str, Any]:
    refused = one.seen - one.answered
    return {
        "name": one.name,
        "title": one.title,
        "subtitle": _("%(answered)s of %(seen)s who saw it answered",
                      answered=format_decimal(one.answered), seen=format_decimal(one.seen)),
        "left": one.left,
        "refused": refused,
        "parts": [_part(part) for part in one.parts if part.n],
    }  # fmt: skip


def _part(one: Part) -> dict[str, Any]:
    average = one.mean
    return {
        "heading": one.text,
        "n": one.n,
        "mean": "" if average is None
        else _("Mean %(mean)s", mean=format_decimal(average.value, "#,##0.##")),
        "bars": [
            {"label": bar.text, "value": bar.n, "text": f"{bar.percent} %",
             "note": format_decimal(bar.n) if bar.place is None
             else _("place %(place)s on average", place=format_decimal(bar.place, "0.0"))}
            for bar in one.bars
        ],
    }  # fmt: skip


def _answers(found: Report) -> Stat:
    counts = found.scores.counts
    before = found.before.counts["finished"] if found.before else None
    hint = _("%(n)s not finished yet", n=format_decimal(found.open)) if found.open else None
    if before is not None:
        hint = _("%(n)s in the weeks before", n=format_decimal(before))
    return {"label": _("Answers"), "value": format_decimal(counts["finished"]), "icon": "checks",
            "hint": hint}  # fmt: skip


def _hint(interval: str, figure: Figure) -> str:
    if figure.is_small:
        return _("%(interval)s; few answers", interval=interval)
    return interval


def _took(scores: Scores) -> str | None:
    if scores.seconds is None:
        return None
    if scores.seconds < 90:
        return _("%(n)s seconds on average", n=round(scores.seconds))
    return _("%(n)s minutes on average", n=round(scores.seconds / 60))


def _changed(found: Difference | None, times: int) -> dict[str, Any]:
    if found is None or not found.is_significant:
        return {"change": None, "trend": None}
    return {
        "change": signed(times * found.value),
        "trend": "up" if found.value > 0 else "down",
    }


_SHARES: Final = (
    ("csat", N_("Satisfied (CSAT)"), "mood-smile"),
    ("ces", N_("Easy (CES)"), "activity"),
    ("gap", N_("Experienced less expected"), "scale"),
)
