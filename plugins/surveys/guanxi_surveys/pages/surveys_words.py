"""How surveys are put into words on their pages: titles, states, questions, problems, changes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import current_app, url_for

from guanxi.sdk import web
from guanxi_surveys.life.naming import questions
from guanxi_surveys.models import Survey
from guanxi_surveys.texts import _

TONES: Final = {"draft": "neutral", "open": "success", "closed": "warning", "archived": "neutral"}
_TABS: Final = (
    ("show_survey", "eye"),
    ("build_survey", "tools"),
    ("edit_questions", "code"),
    ("survey_answers", "message-2"),
    ("survey_results", "chart-bar"),
    ("survey_sending", "send"),
    ("edit_survey", "adjustments"),
    ("survey_versions", "versions"),
)
"""Pages of one survey by their endpoint, named by its key or id; those that are there are shown."""


def text_of(text: Any) -> str:
    """Return a text of a questionnaire in the language of whoever looks."""
    if isinstance(text, Mapping):
        wanted = ("zh-cn", "zh") if web.language() == "zh" else ("default", "en")
        said = next((text[one] for one in wanted if text.get(one)), None)
        return str(said or text.get("default") or next(iter(text.values()), ""))
    return "" if text is None else str(text)


def title_of(survey: Survey) -> str:
    """Return what a survey is called."""
    return text_of(survey.title) or survey.key


def state_words() -> dict[str, str]:
    """Return the states of a survey in words."""
    return {
        "draft": _("Draft"),
        "open": _("Open"),
        "closed": _("Closed"),
        "archived": _("Archived"),
    }


def identity_words() -> dict[str, str]:
    """Return how answers are kept in words."""
    return {"named": _("Named"), "anonymous": _("Anonymous")}


def survey_tabs(survey: Survey, active: str) -> list[dict[str, object]]:
    """Return the tabs of one survey; ``active`` is the endpoint that is shown."""
    titles = {
        "show_survey": _("Overview"),
        "build_survey": _("Builder"),
        "edit_questions": _("Questions as JSON"),
        "survey_answers": _("Answers"),
        "survey_results": _("Results"),
        "survey_sending": _("Sending"),
        "edit_survey": _("Options"),
        "survey_versions": _("Versions"),
    }
    return [
        {
            "title": titles[name],
            "url": url_for(f"surveys.{name}", **_named(name, survey)),
            "icon": icon,
            "active": name == active,
        }
        for name, icon in _TABS
        if f"surveys.{name}" in current_app.view_functions
    ]


def _named(endpoint: str, survey: Survey) -> dict[str, Any]:
    """Return by what the address of a page names a survey: its key, or its id."""
    rules = current_app.url_map.iter_rules(f"surveys.{endpoint}")
    by_id = any("survey_id" in rule.arguments for rule in rules)
    return {"survey_id": survey.id} if by_id else {"key": survey.key}


def problems_in_words(problems: list[Any]) -> list[dict[str, str]]:
    """Return what the linter found in words, the worst first."""
    order = ("error", "unsupported", "warning")
    tones = {"error": "danger", "unsupported": "warning", "warning": "info"}
    said = {
        "error": _("Error"),
        "unsupported": _("Not supported"),
        "warning": _("Warning"),
    }
    found = sorted(problems, key=lambda one: order.index(one.severity))
    return [
        {
            "severity": said[one.severity],
            "tone": tones[one.severity],
            "place": str(one.place or ""),
            "text": _(one.message, **one.values) if one.values else _(one.message),
        }
        for one in found
    ]


def outline(definition: Mapping[str, Any], measures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a questionnaire page by page: what is asked, of whom, and what it counts for."""
    pages = definition.get("pages") or [definition]
    return [
        {
            "title": text_of(page.get("title")) or _("Page %(n)s", n=number),
            "condition": page.get("visibleIf"),
            "questions": list(_questions(page, measures)),
        }
        for number, page in enumerate(pages, start=1)
        if isinstance(page, Mapping)
    ]


def _questions(page: Mapping[str, Any], measures: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in questions({"pages": [page]}):
        name = str(one.get("name", ""))
        measure = measures.get(name) or {}
        yield {
            "name": name,
            "title": text_of(one.get("title")) or name,
            "type": type_words().get(str(one.get("type")), str(one.get("type"))),
            "choices": _choices(one),
            "condition": one.get("visibleIf"),
            "required": bool(one.get("isRequired") or one.get("requiredIf")),
            "measure": measure_words().get(str(measure.get("measure"))),
        }


def _choices(one: Mapping[str, Any]) -> list[str]:
    if one.get("type") == "rating" and not one.get("rateValues"):
        least, most = one.get("rateMin", 1), one.get("rateMax", one.get("rateCount", 5))
        ends = (text_of(one.get("minRateDescription")), text_of(one.get("maxRateDescription")))
        return [f"{least} {ends[0]}".strip(), f"{most} {ends[1]}".strip()]
    items = one.get("rateValues") or one.get("choices") or one.get("rows") or []
    return [
        text_of(item.get("text", item.get("value")) if isinstance(item, Mapping) else item)
        for item in (items if isinstance(items, list) else [])
    ]


def type_words() -> dict[str, str]:
    """Return the types of question in words."""
    return {
        "text": _("Line of text"),
        "comment": _("Long text"),
        "radiogroup": _("One of several"),
        "dropdown": _("One of a list"),
        "checkbox": _("Several of several"),
        "tagbox": _("Several of a list"),
        "rating": _("Rating"),
        "boolean": _("Yes or no"),
        "ranking": _("Ranking"),
        "matrix": _("Matrix"),
        "matrixdropdown": _("Matrix with lists"),
        "multipletext": _("Several lines"),
        "file": _("File"),
    }


def measure_words() -> dict[str, str]:
    """Return what a question counts for in words."""
    return {
        "nps": _("Net Promoter Score"),
        "csat": _("Satisfaction"),
        "ces": _("Customer effort"),
        "expected": _("Expected level"),
        "experienced": _("Experienced level"),
        "comment": _("Comment"),
    }


def change_words() -> dict[str, tuple[str, str]]:
    """Return kinds of change in words, each with its tone."""
    return {
        "added": (_("Added"), "success"),
        "removed": (_("Removed"), "danger"),
        "changed": (_("Changed"), "info"),
        "moved": (_("Moved"), "neutral"),
    }
