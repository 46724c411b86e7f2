"""Figures of surveys for programs; as the pages show them, with nothing rounded."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import Forbidden, NotFound, current, web
from guanxi_surveys.api.blueprint import RESULTS, api
from guanxi_surveys.figures.intervals import Figure
from guanxi_surveys.figures.periods import WEEKS
from guanxi_surveys.figures.report import Report, report
from guanxi_surveys.life.finding import find_survey
from guanxi_surveys.sight import sees_all
from guanxi_surveys.texts import N_


class ResultsQuery(Schema):
    """Of which weeks, and by which attribute."""

    weeks = fields.Integer(load_default=None, allow_none=True, validate=validate.OneOf(WEEKS))
    by = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


class FigureSchema(Schema):
    """A figure, and where that of everybody lies in 95 of 100 cases."""

    value = fields.Float(required=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True)
    is_small = fields.Boolean(required=True)


class ScoresSchema(Schema):
    """The scores of a group of answers; shares are 0 to 1, NPS -100 to 100."""

    answers = fields.Integer(required=True)
    nps = fields.Nested(FigureSchema, allow_none=True)
    csat = fields.Nested(FigureSchema, allow_none=True)
    ces = fields.Nested(FigureSchema, allow_none=True)


class ResultWeek(ScoresSchema):
    """The scores of one week."""

    monday = fields.Date(required=True)


class ResultGroup(ScoresSchema):
    """The scores of who had one value of an attribute when they answered."""

    label = fields.String(required=True)


class ResultQuestion(Schema):
    """One question: how often it was seen, answered and where people gave up; and its choices."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    type = fields.String(required=True)
    seen = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    left = fields.Integer(required=True)
    parts = fields.List(fields.Dict(), required=True)


class SurveyResults(ScoresSchema):
    """What answers to a survey say; ``hidden``: too few, and it is anonymous."""

    hidden = fields.Boolean(required=True)
    weeks = fields.List(fields.Nested(ResultWeek), required=True)
    groups = fields.List(fields.Nested(ResultGroup), required=True)
    questions = fields.List(fields.Nested(ResultQuestion), required=True)
    drivers = fields.Dict(required=True)
    words = fields.List(fields.Dict(), required=True)


@api.get("/<key>/results", permission=RESULTS)
@api.arguments(ResultsQuery, location="query")
@api.response(200, SurveyResults)
def read_results(query: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what the answers to a survey say.

    403: the caller does not see every customer. 404: there is no such survey, or it was never
    published.
    """
    if not sees_all():
        raise Forbidden(N_("Figures of all answers are for those who may see every customer."))
    session = current.session()
    survey = find_survey(session, key)
    found = report(
        session,
        survey,
        language=web.language(),
        now=current.now(),
        weeks=query["weeks"],
        attribute=query["by"],
    )
    if found is None:
        raise NotFound(N_("Nothing was published yet, so there are no results."))
    return as_plain(found)


def as_plain(found: Report) -> dict[str, Any]:
    """Return a report as plain values, for JSON."""
    return {
        "hidden": found.hidden,
        **_scores(found.scores),
        "weeks": [{"monday": one.monday, **_scores(one.scores)} for one in found.weeks],
        "groups": [
            {"label": one.label, "answers": one.n, "nps": figure(one.nps),
             "csat": figure(one.csat), "ces": figure(one.ces)}
            for one in found.groups
        ],
        "questions": [
            {"name": one.name, "title": one.title, "type": one.type, "seen": one.seen,
             "answered": one.answered, "left": one.left,
             "parts": [_part(part) for part in one.parts]}
            for one in found.results
        ],
        "drivers": {
            score: {"r_squared": one.r_squared, "n": one.n,
                    "questions": [{"name": driver.question, "share": driver.share,
                                   "correlation": driver.correlation}
                                  for driver in one.drivers]}
            for score, one in found.drivers.items()
        },
        "words": [
            {"word": one.word, "language": one.language, "n": one.n, "score": one.score,
             "sentiment": one.sentiment}
            for one in found.words
        ],
    }  # fmt: skip


def figure(one: Figure | None) -> dict[str, Any] | None:
    """Return a figure as plain values; None for a bound that is without end."""
    if one is None:
        return None
    bounds = [None if abs(bound) == float("inf") else bound for bound in (one.low, one.high)]
    return {"value": one.value, "low": bounds[0], "high": bounds[1], "n": one.n,
            "is_small": one.is_small}  # fmt: skip


def _scores(scores: Any) -> dict[str, Any]:
    return {
        "answers": scores.counts["finished"],
        "nps": figure(scores.nps),
        "csat": figure(scores.csat),
        "ces": figure(scores.ces),
    }


def _part(one: Any) -> dict[str, Any]:
    return {
        "text": one.text,
        "n": one.n,
        "mean": figure(one.mean),
        "choices": [
            {"value": bar.value, "text": bar.text, "n": bar.n, "percent": bar.percent,
             "place": bar.place}
            for bar in one.bars
        ],
    }  # fmt: skip
