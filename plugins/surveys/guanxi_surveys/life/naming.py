"""Names of questions mean the same in all versions (题目编号不变): what each stands for, kept.

A name never changes its type, nor what a value of its choices stands for; otherwise answers of
two versions could not be laid side by side. The corrections of a text are told apart from another
meaning by the person who publishes: no rule sees that *satisfied* and *dissatisfied* differ.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Refused
from guanxi_surveys.models import Question, Survey, Version
from guanxi_surveys.texts import N_

_SILENT: Final = frozenset({"html", "image", "expression"})
"""Types that nobody answers; ``expression`` only shows what it works out."""
_NESTED: Final = {"panel": "elements", "paneldynamic": "templateElements"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the name of a question stands for: its type, and each value of its choices."""

    type: str
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    """Value to language to text; ``row:`` and ``column:`` stand before those of a matrix."""


def meanings(definition: Mapping[str, Any]) -> dict[str, Meaning]:
    """Return what the names in a questionnaire stand for."""
    return {str(one["name"]): _meaning(one) for one in questions(definition) if one.get("name")}


def questions(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give each question of a questionnaire that people answer, in order, those in panels too."""
    for page in definition.get("pages") or [definition]:
        if isinstance(page, Mapping):
            yield from _within(page.get("elements") or page.get("questions") or [])


def keep_names(
    session: Session, survey: Survey, version: Version, *, corrections: bool = False
) -> list[str]:
    """Keep what the names of a new version stand for; return those whose texts were corrected.

    :param corrections: whoever publishes says that changed texts of choices mean the same.
    :raises Refused: a name stands for another type, or a value for something else.
    """
    query = select(Question).where(Question.survey_id == survey.id)
    known = {one.name: one for one in session.scalars(query)}
    corrected = []
    for name, meaning in meanings(version.definition).items():
        there = known.get(name)
        if there is None:
            session.add(
                Question(survey_id=survey.id, name=name, type=meaning.type,
                         choices=meaning.choices, since=version.number)
            )  # fmt: skip
            continue
        if _require_same(there, meaning, corrections=corrections):
            corrected.append(name)
        new = {value: texts for value, texts in meaning.choices.items()
               if corrections or value not in there.choices}  # fmt: skip
        there.choices = {**there.choices, **new}
    session.flush()
    return corrected


def _require_same(there: Question, meaning: Meaning, *, corrections: bool) -> bool:
    """Say whether texts were corrected.

    :raises Refused: it does not mean the same.
    """
    if there.type != meaning.type:
        raise Refused(
            N_("The question %(name)s was published as %(old)s and cannot become %(new)s. Give "
               "the new question another name."),
            name=there.name, old=there.type, new=meaning.type,
        )  # fmt: skip
    changed = [
        value
        for value, texts in meaning.choices.items()
        if value in there.choices and not _alike(there.choices[value], texts)
    ]
    for value in changed:
        other = _owner(there.choices, value, meaning.choices[value])
        if other is not None or not corrections:
            raise Refused(
                N_("In the question %(name)s the value %(value)s stood for “%(old)s” and cannot "
                   "stand for “%(new)s”. Give the new choice another value; if it is only a "
                   "correction of the text, publish it as one."),
                name=there.name, value=value, old=_shown(there.choices[value]),
                new=_shown(meaning.choices[value]),
            )  # fmt: skip
    return bool(changed)


def _owner(
    known: Mapping[str, Mapping[str, str]], value: str, texts: Mapping[str, str]
) -> str | None:
    """Return another value that a text belongs to: two choices were swapped, not corrected."""
    return next(
        (other for other, old in known.items()
         if other != value and _kind(other) == _kind(value) and old and _alike(old, texts)),
        None,
    )  # fmt: skip


def _kind(value: str) -> str:
    return value.partition(":")[0] if value.startswith(("row:", "column:")) else ""


def _alike(old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Say whether texts are the same in all languages that both have, signs and case aside."""
    both = old.keys() & new.keys()
    return all(_plain(old[language]) == _plain(new[language]) for language in both)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum() or letter in "+-<>=%")


def _shown(texts: Mapping[str, str]) -> str:
    return (texts.get("default") or next(iter(texts.values()), ""))[:80]


def _within(elements: Any) -> Iterator[Mapping[str, Any]]:
    for one in elements if isinstance(elements, list) else []:
        if not isinstance(one, Mapping) or one.get("type") in _SILENT:
            continue
        if one.get("type") == "panel":
            yield from _within(one.get("elements"))
        else:
            yield one


def _meaning(one: Mapping[str, Any]) -> Meaning:
    kind = str(one.get("type", "text"))
    if kind == "text":
        kind = f"text/{one.get('inputType', 'text')}"
    choices = dict(_items(one.get("choices"), ""))
    choices |= dict(_items(one.get("rows"), "row:"))
    choices |= dict(_items(one.get("columns"), "column:"))
    if one.get("type") == "rating":
        choices |= _scale(one)
    return Meaning(kind, choices)


def _items(items: Any, before: str) -> Iterator[tuple[str, dict[str, str]]]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Mapping):
            value = item.get("value", item.get("name"))
            yield f"{before}{value}", _texts(item.get("text", item.get("title", value)))
        else:
            yield f"{before}{item}", _texts(item)


def _scale(one: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the values of a rating: a three of five is no three of ten."""
    if isinstance(one.get("rateValues"), list) and one["rateValues"]:
        return dict(_items(one["rateValues"], ""))
    least, most = one.get("rateMin", 1), one.get("rateMax", one.get("rateCount", 5))
    return {"scale": {"default": f"{least} - {most}"}}


def _texts(text: Any) -> dict[str, str]:
    if isinstance(text, Mapping):
        return {
            ("default" if lang == "en" else str(lang)): str(said) for lang, said in text.items()
        }
    return {"default": str(text)}
