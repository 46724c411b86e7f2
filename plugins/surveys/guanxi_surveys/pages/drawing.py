"""A page of questions as its template draws it: texts in one language, fields, what is chosen."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from guanxi_surveys.pages.fields import LISTS, ONE, field_of
from guanxi_surveys.questionnaire.model import NONE, OTHER, Question
from guanxi_surveys.questionnaire.rating import steps_of
from guanxi_surveys.questionnaire.walk import Asked, Offer
from guanxi_surveys.questionnaire.wording import said
from guanxi_surveys.texts import _

_INPUTS: Final = frozenset({
    "text", "email", "number", "date", "tel", "url", "datetime-local", "time", "month", "week",
    "range", "color",
})  # fmt: skip
_AUTOFILL: Final = {"email": "email", "tel": "tel"}
_GROUPS: Final = frozenset({"radiogroup", "checkbox", "tagbox", "rating", "boolean", "ranking",
                            "matrix"})  # fmt: skip


class Drawer:
    """Draws questions in a language.

    :param values: what was answered, or typed just now.
    :param errors: sentences by question, those of a page that came back.
    """

    def __init__(
        self,
        language: str,
        default: str,
        values: Mapping[str, Any],
        errors: Mapping[str, Sequence[str]],
    ) -> None:
        self._language, self._default = language, default
        self._values, self._errors = values, errors

    def say(self, text: Mapping[str, str]) -> str:
        """Return a text in the language."""
        return said(text, self._language, self._default)

    def question(
        self, question: Question, shown: Asked, number: int | None = None
    ) -> dict[str, Any]:
        """Return what the template draws of a question.

        :param shown: the question as the walk has it: piped texts, visible choices.
        """
        value = self._values.get(question.name, shown.value)
        return {
            "name": question.name,
            "field": field_of(question),
            "type": _template(question),
            "group": question.type in _GROUPS or bool(question.cells),
            "number": number,
            "title": shown.title,
            "description": shown.description,
            "required": shown.required,
            "disabled": shown.read_only,
            "errors": list(self._errors.get(question.name, ())),
            "comment": self._comment(question),
            **self._parts(question, shown, field_of(question), value),
        }

    def _parts(  # noqa: PLR0911 -- a case for each kind of question
        self, question: Question, shown: Asked, name: str, value: Any
    ) -> dict[str, Any]:
        kind = question.type
        if kind in ONE or kind in LISTS:
            return self._choosing(question, shown, value)
        if kind == "rating":
            return self._rating(question, shown, value)
        if kind == "boolean":
            return self._boolean(shown, value)
        if kind == "ranking":
            return self._ranking(question, shown, name, value)
        if kind == "matrix":
            return self._matrix(question, shown, name, value)
        if question.cells:
            return self._cells(question, shown, name, value)
        if kind == "file":
            return {"held": _files(value), "many": question.many, "accepted": question.accepted}
        if kind == "html":
            return {"html": shown.html}
        return self._writing(question, shown, value)

    def _choosing(self, question: Question, shown: Asked, value: Any) -> dict[str, Any]:
        chosen = value if isinstance(value, list) else [value]
        places = {_key(one.value): place for place, one in enumerate(question.choices)}
        options = []
        for one in shown.choices:
            place = places.get(_key(one.value))
            token = one.value if place is None and one.value in (OTHER, NONE) else place
            if token is not None:
                options.append({
                    "value": str(token),
                    "text": one.text,
                    "chosen": any(_same(one.value, have) for have in chosen),
                    "disabled": not one.enabled,
                })  # fmt: skip
        other = None
        if question.other:
            other = {
                "text": str(self._values.get(question.comment_name) or ""),
                "label": self.say(question.other_placeholder) or _("What else?"),
            }
        return {"options": options, "other": other}

    def _rating(self, question: Question, shown: Asked, value: Any) -> dict[str, Any]:
        options = [
            {"value": str(place), "text": one.text, "chosen": _same(one.value, value)}
            for place, one in enumerate(shown.choices)
        ]
        ends = (self.say(question.least_text), self.say(question.most_text))
        return {"options": options, "ends": ends if any(ends) else None}

    def _boolean(self, shown: Asked, value: Any) -> dict[str, Any]:
        options = [
            {"value": field, "text": one.text, "chosen": _same(one.value, value)}
            for field, one in zip("10", shown.choices, strict=True)
        ]
        return {"options": options}

    def _ranking(self, question: Question, shown: Asked, name: str, value: Any) -> dict[str, Any]:
        ranked = value if isinstance(value, list) else []
        places = {_key(one.value): place for place, one in enumerate(question.choices)}
        ranks = [
            {
                "field": f"{name}-k{places[_key(one.value)]}",
                "text": one.text,
                "place": next((n for n, have in enumerate(ranked, 1) if _same(have, one.value)), 0),
            }
            for one in shown.choices
            if _key(one.value) in places
        ]
        return {"ranks": ranks}

    def _matrix(self, question: Question, shown: Asked, name: str, value: Any) -> dict[str, Any]:
        answers = value if isinstance(value, Mapping) else {}
        rows = [
            {
                "field": f"{name}-r{place}",
                "text": row.text,
                "cells": [
                    {
                        "value": str(at),
                        "text": column.text,
                        "chosen": _same(answers.get(str(row.value)), column.value),
                    }
                    for at, column in enumerate(shown.columns)
                ],
            }
            for place, row in _rows(question, shown)
        ]
        return {"columns": [one.text for one in shown.columns], "rows": rows}

    def _cells(self, question: Question, shown: Asked, name: str, value: Any) -> dict[str, Any]:
        answers = value if isinstance(value, Mapping) else {}
        rows = []
        for place, row in _rows(question, shown):
            given = answers.get(str(row.value))
            held = given if isinstance(given, Mapping) else {}
            cells = [
                self._cell(cell, f"{name}-r{place}-c{at}", held)
                for at, cell in enumerate(question.cells)
            ]
            rows.append({"text": row.text, "cells": cells})
        return {"columns": [one.text for one in shown.columns], "rows": rows}

    def _cell(self, cell: Question, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        value = given.get(cell.name)
        return {
            "field": name,
            "type": _template(cell),
            "title": self.say(cell.title) or cell.name,
            "disabled": cell.read_only,
            **self._parts(cell, self._as_it_stands(cell), name, value),
            "other": None,
        }

    def _as_it_stands(self, cell: Question) -> Asked:
        """Return a cell as the questionnaire has it: conditions are for whole questions."""
        offered = steps_of(cell) if cell.type == "rating" else cell.choices
        choices = [Offer(one.value, escape(self.say(one.text) or one.value)) for one in offered]
        if cell.type == "boolean":
            choices = [
                Offer(cell.true_value, escape(self.say(cell.true_text) or _("Yes"))),
                Offer(cell.false_value, escape(self.say(cell.false_text) or _("No"))),
            ]
        title = escape(self.say(cell.title) or cell.name)
        return Asked(cell, title, Markup(), cell.required, cell.read_only, None, "", tuple(choices))

    def _writing(self, question: Question, shown: Asked, value: Any) -> dict[str, Any]:
        kind = question.input if question.input in _INPUTS else "text"
        return {
            "input": kind,
            "value": "" if value is None or isinstance(value, list | dict) else str(value),
            "placeholder": self.say(question.placeholder),
            "length": question.length or None,
            "least": _plain(shown.least),
            "most": _plain(shown.most),
            "step": question.step or ("any" if kind == "number" else None),
            "autofill": _AUTOFILL.get(kind),
        }

    def _comment(self, question: Question) -> dict[str, str] | None:
        if not question.comment or question.type == "comment":
            return None
        return {
            "label": self.say(question.comment_text) or _("Anything to add?"),
            "placeholder": self.say(question.comment_placeholder),
            "text": str(self._values.get(question.comment_name) or ""),
        }


def _rows(question: Question, shown: Asked) -> list[tuple[int, Offer]]:
    """Return the rows in the order to show, each with its place in the questionnaire."""
    places = {_key(one.value): place for place, one in enumerate(question.rows)}
    return [(places[_key(one.value)], one) for one in shown.rows if _key(one.value) in places]


def _template(question: Question) -> str:
    if question.cells:
        return "cells"
    return "checkbox" if question.type == "tagbox" else question.type


def _files(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list):
        return []
    return [
        {"id": str(one["content"]).removeprefix("upload:"), "name": str(one.get("name", ""))}
        for one in value
        if isinstance(one, dict) and "content" in one
    ]


def _key(value: Any) -> str:
    return f"{type(value).__name__}:{value}"


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return False
    return bool(one == other) if type(one) is type(other) else str(one) == str(other)


def _plain(value: Any) -> str | None:
    return None if value is None or isinstance(value, list | dict) else str(value)
