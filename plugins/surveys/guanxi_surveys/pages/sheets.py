"""A page of questions with what stands around them: progress, buttons, what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from guanxi_surveys.answering.definitions import Asked, Published
from guanxi_surveys.pages.drawing import Drawer
from guanxi_surveys.pages.frames import words
from guanxi_surveys.questionnaire import Walk
from guanxi_surveys.questionnaire.model import Panel
from guanxi_surveys.questionnaire.walk import Group

_SOME: Final = 1
"""Percent at least, so that the bar shows that something began."""


class DrawnPage:
    """One page of a survey in one language.

    :param at: its place on the path, from 0.
    :param values: what was answered, or typed just now.
    :param errors: sentences by question.
    """

    def __init__(
        self,
        asked: Asked,
        version: Published,
        language: str,
        walked: Walk,
        *,
        at: int,
        values: Mapping[str, Any],
        errors: Mapping[str, Sequence[str]],
    ) -> None:
        self._asked, self._version, self._language = asked, version, language
        self._walked, self._at, self._errors = walked, at, errors
        self._shown = walked.pages[at]
        default = version.questionnaire.language
        self._drawer = Drawer(language, default, values, errors)

    def page(self) -> dict[str, Any]:
        """Return what the template draws."""
        at, count, items = self._at, len(self._walked.pages), list(self._items(self._shown.items))
        questions = [one for one in items if "field" in one]
        return {
            "index": at,
            "title": self._shown.title,
            "description": self._shown.description,
            "asked": items,
            "drawn": ",".join(one["field"][1:] for one in questions if one["type"] != "html"),
            "first": at == 0,
            "last": at + 1 == count,
            "place": at + 1,
            "count": count,
            "percent": max(round(100 * at / count), _SOME),
            "progress": self._asked.options.get("progress", "pages"),
            "live": self._is_live(),
            "files": any(one["type"] == "file" for one in questions),
            "words": words(self._version, self._language),
        }

    def faults(self, sentence: str) -> list[dict[str, str]]:
        """Return what is wrong, for the summary above the questions."""
        found = [{"field": "", "title": "", "text": sentence}] if sentence else []
        shown = {one.name: one for one in self._shown.questions}
        for name, told in self._errors.items():
            asked = shown.get(name)
            field = "" if asked is None else f"q{asked.question.number}"
            title = "" if asked is None else asked.title.striptags()
            found.append({"field": field, "title": title, "text": " ".join(told)})
        return found

    def _items(self, items: Sequence[Any]) -> Iterator[dict[str, Any]]:
        """Yield the questions in their order, the headings of panels between them."""
        numbered = bool(self._asked.options.get("question_numbers"))
        for one in items:
            if isinstance(one, Group):
                if one.title:
                    yield {"heading": one.title, "text": one.description}
                yield from self._items(one.items)
            else:
                asked = numbered and one.question.takes_answer
                number = self._walked.shown.index(one.name) + 1 if asked else None
                yield self._drawer.question(one.question, one, number)

    def _is_live(self) -> bool:
        """Say whether anything on this page hangs on an answer of this page."""
        pages = self._version.questionnaire.pages
        page = next(one for one in pages if one.name == self._shown.name)
        own = {question.name for question in page.questions()}
        return any(own & set(one.names) for one in _conditions(page))


def _conditions(page: Panel) -> list[Any]:
    found: list[Any] = []
    for element in page.elements:
        found += [element.visible_if, element.enable_if, element.required_if]
        if isinstance(element, Panel):
            found += _conditions(element)
        else:
            found += [element.set_if, element.choices_visible_if, element.reset_if]
            found += [one.visible_if for one in (*element.choices, *element.rows)]
    return [one for one in found if one is not None]
