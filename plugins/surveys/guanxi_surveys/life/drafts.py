"""What a draft may be made of: keys, titles, questionnaires and measures, checked and cleaned.

A draft may be unfinished: what is wrong with its questions is found by the linter, and keeps it
only from being published. Here is what could not even be stored.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from guanxi.sdk import Invalid
from guanxi_surveys.texts import N_, _

LONGEST_TITLE: Final = 120
MOST_BYTES: Final = 1 << 20
"""Of a questionnaire as JSON."""
DEEPEST: Final = 60
MEASURES: Final = ("nps", "csat", "ces", "expected", "experienced", "comment")
RESERVED: Final = frozenset(
    ("answer", "answers", "builder", "building", "cases", "embed", "events", "figures", "i",
     "import", "initiatives", "invitations", "kits", "lint", "links", "new", "own", "p", "public",
     "quotas", "results", "rules", "sending", "settings", "statistics", "surveys", "theme",
     "themes", "wall")
)  # fmt: skip
"""What addresses of pages and of the API begin with, so that no survey may be called by it."""
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
"""A code of a language, as SurveyJS has them."""
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_MEASURE_KEYS: Final = frozenset({"measure", "scale", "good", "pair"})


def checked_key(key: str) -> str:
    """Return a key.

    :raises Invalid: it is none.
    """
    if key in RESERVED:
        told = N_("This word is taken by Guanxi itself. Choose another key.")
        raise Invalid(told, fields={"key": [_(told)]})
    if not _KEY.fullmatch(key):
        told = N_(
            "A key begins with a letter and has small letters, digits and _ only, at most 60."
        )
        raise Invalid(told, fields={"key": [_(told)]})
    return key


def checked_title(title: Any) -> dict[str, str]:
    """Return a title by language; one text alone is taken as English.

    :raises Invalid: there is none, or one is too long.
    """
    said = {"en": title} if isinstance(title, str) else title
    found = _titles(said) if isinstance(said, Mapping) else {}
    if not found or max(map(len, found.values())) > LONGEST_TITLE or _is_broken(found):
        told = _("Write a title of at most %(most)s characters.", most=LONGEST_TITLE)
        raise Invalid(N_("The title does not fit."), fields={"title": [told]})
    return found


def checked_definition(definition: Any) -> dict[str, Any]:
    """Return a questionnaire as JSON that can be stored.

    :raises Invalid: it is no JSON object, too large or too deep, or has invisible characters.
    """
    if not isinstance(definition, Mapping):
        raise _unfit(N_("A questionnaire is a JSON object, as SurveyJS writes it."))
    _require_shallow(definition)
    try:
        text = json.dumps(definition, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        raise _unfit(N_("This is no JSON that can be stored.")) from None
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise _unfit(N_("A questionnaire is at most 1 MB of JSON."))
    if "\\u0000" in text or _has_half(text):
        raise _unfit(N_("The questionnaire has characters that cannot be stored."))
    found: dict[str, Any] = json.loads(text)
    return found


def read_definition(content: bytes | str) -> dict[str, Any]:
    """Return the questionnaire in a file.

    :raises Invalid: it is no JSON, or see :func:`checked_definition`.
    """
    if len(content) > MOST_BYTES:
        raise _unfit(N_("A questionnaire is at most 1 MB of JSON."))
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _unfit(N_("This is no JSON. Download the file again where it was made.")) from None
    return checked_definition(found)


def checked_measures(measures: Any) -> dict[str, Any]:
    """Return which questions count for what.

    :raises Invalid: a measure is unknown or has an unknown part.
    """
    fits = isinstance(measures, Mapping) and all(map(_is_measure, measures.values()))
    if not fits or len(measures) > 500:
        told = N_("Say of each question that counts its measure: nps, csat, ces, expected, "
                  "experienced or comment; and scale, good, pair where they belong.")  # fmt: skip
        raise Invalid(told, fields={"measures": [_(told)]})
    return {str(name): dict(one) for name, one in measures.items()}


def _titles(said: Mapping[Any, Any]) -> dict[str, str]:
    """Return the titles that are texts under the code of a language, without empty ones."""
    found = {
        str(language): " ".join(text.split())
        for language, text in said.items()
        if isinstance(text, str) and LANGUAGE.fullmatch(str(language))
    }
    return {language: text for language, text in found.items() if text}


def _is_broken(titles: Mapping[str, str]) -> bool:
    return any("\0" in text or _has_half(text) for text in titles.values())


def _is_measure(one: Any) -> bool:
    return (
        isinstance(one, Mapping)
        and one.get("measure") in MEASURES
        and set(one) <= _MEASURE_KEYS
        and _is_scale(one.get("scale"))
        and isinstance(one.get("good", []), list)
        and all(isinstance(value, str | int | float) for value in one.get("good", []))
        and isinstance(one.get("pair", ""), str)
    )


def _is_scale(scale: Any) -> bool:
    if scale is None:
        return True
    numbers = isinstance(scale, list) and all(type(end) in (int, float) for end in scale)
    return numbers and len(scale) == 2 and scale[0] < scale[1]


def _require_shallow(definition: Any) -> None:
    level, depth = [definition], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _unfit(N_("The questionnaire is nested too deeply."))
        inner: list[Any] = []
        for one in level:
            parts = one.values() if isinstance(one, Mapping) else one
            inner += [part for part in parts if isinstance(part, Mapping | list)]
        level = inner


def _has_half(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _unfit(told: str) -> Invalid:
    return Invalid(told, fields={"definition": [_(told)]})
