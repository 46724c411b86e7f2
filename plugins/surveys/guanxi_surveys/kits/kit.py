"""What a ready kit is, and the few questions of which all kits are built.

Texts are in English (``default``, as SurveyJS has it) and Chinese; a company's own words go into
the draft that is made from a kit, which stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanxi.sdk import Text

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kit:
    """A ready questionnaire (问卷模板) with its measures and options.

    :param source: where method and wording come from, for who wants to know.
    """

    key: str
    title: Mapping[str, str]
    about: Text
    source: str
    definition: Mapping[str, Any]
    measures: Mapping[str, Any]
    identity: str = "named"
    options: Mapping[str, Any] = field(default_factory=dict)


def both(en: str, zh: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"default": en, "zh-cn": zh}


def choice(value: str | int, en: str, zh: str) -> Element:
    """Return an answer to choose."""
    return {"value": value, "text": both(en, zh)}


def scale(name: str, title: dict[str, str], ends: tuple[int, int], low: dict[str, str],
          high: dict[str, str], **more: Any) -> Element:  # fmt: skip
    """Return a rating whose ends have words."""
    return {
        "type": "rating", "name": name, "title": title, "rateMin": ends[0], "rateMax": ends[1],
        "minRateDescription": low, "maxRateDescription": high, **more,
    }  # fmt: skip


def recommend(name: str, title: dict[str, str], **more: Any) -> Element:
    """Return the question of the Net Promoter Score: 0 to 10, never fewer (Reichheld, 2003)."""
    low = both("Not at all likely", "完全不可能")
    return scale(name, title, (0, 10), low, both("Extremely likely", "非常可能"), **more)


SATISFIED = (
    choice(1, "Very dissatisfied", "非常不满意"),
    choice(2, "Dissatisfied", "不满意"),
    choice(3, "Neither satisfied nor dissatisfied", "一般"),
    choice(4, "Satisfied", "满意"),
    choice(5, "Very satisfied", "非常满意"),
)


def satisfied(name: str, title: dict[str, str], **more: Any) -> Element:
    """Return a question of satisfaction: five points, each with its word."""
    return {
        "type": "rating", "name": name, "title": title, "rateValues": [*SATISFIED], **more
    }  # fmt: skip


AGREED = (
    choice(1, "Strongly disagree", "非常不同意"),
    choice(2, "Disagree", "不同意"),
    choice(3, "Somewhat disagree", "比较不同意"),
    choice(4, "Neither agree nor disagree", "不确定"),
    choice(5, "Somewhat agree", "比较同意"),
    choice(6, "Agree", "同意"),
    choice(7, "Strongly agree", "非常同意"),
)


def easy(name: str, title: dict[str, str], **more: Any) -> Element:
    """Return a statement of ease, CES 2.0: seven points of agreement, 7 is best (CEB, 2013)."""
    return {
        "type": "rating", "name": name, "title": title, "rateValues": [*AGREED], **more
    }  # fmt: skip


def comment(name: str, title: dict[str, str], **more: Any) -> Element:
    """Return a question that is answered in one's own words."""
    return {"type": "comment", "name": name, "title": title, "maxLength": 2000, **more}


def yes_no(name: str, title: dict[str, str], **more: Any) -> Element:
    """Return a question that is answered by yes or no."""
    return {
        "type": "boolean", "name": name, "title": title,
        "labelTrue": both("Yes", "是"), "labelFalse": both("No", "否"), **more,
    }  # fmt: skip


def choose(name: str, title: dict[str, str], *choices: Element, **more: Any) -> Element:
    """Return a question with one answer of several."""
    return {"type": "radiogroup", "name": name, "title": title, "choices": [*choices], **more}


def tick(name: str, title: dict[str, str], *choices: Element, **more: Any) -> Element:
    """Return a question with any number of answers."""
    return {"type": "checkbox", "name": name, "title": title, "choices": [*choices], **more}


def page(name: str, *elements: Element, title: dict[str, str] | None = None) -> Element:
    """Return a page."""
    heading = {"title": title} if title else {}
    return {"name": name, **heading, "elements": [*elements]}


def asked(title: dict[str, str], *pages: Element, thanks: dict[str, str], **more: Any) -> Element:
    """Return a questionnaire; ``thanks`` stands at its end."""
    return {"title": title, **more, "pages": [*pages], "completedHtml": thanks}


NPS = {"measure": "nps", "scale": [0, 10], "good": [9, 10]}
CSAT = {"measure": "csat", "scale": [1, 5], "good": [4, 5]}
CES = {"measure": "ces", "scale": [1, 7], "good": [5, 6, 7]}
WORDS = {"measure": "comment"}


def level(which: str, pair: str) -> dict[str, Any]:
    """Return the measure of an expected or experienced level, 1 to 5, of one pair."""
    return {"measure": which, "scale": [1, 5], "pair": pair}
