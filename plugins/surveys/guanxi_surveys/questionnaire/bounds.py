"""How large a questionnaire may be, so that none can hold up a page or fill the memory."""

import json
from collections.abc import Mapping
from typing import Any, Final

from guanxi.sdk import Invalid
from guanxi_surveys.texts import N_

BYTES: Final = 10_000_000
"""Of the JSON text."""
DEPTH: Final = 40
"""Of lists and objects inside each other."""
PANELS: Final = 10
"""Panels inside panels."""
QUESTIONS: Final = 1_000
PAGES: Final = 500
CHOICES: Final = 2_000
"""Of one question; rows and columns of a matrix likewise."""
CELLS: Final = 5_000
"""Rows times columns of one matrix."""
RULES: Final = 500
"""Triggers and calculated values, each."""
TEXT: Final = 50_000
"""Characters of one text in one language."""
NAME: Final = 200
"""Characters of a name."""
ANSWER: Final = 20_000
"""Characters of one written answer where its question names no shorter limit."""
CHAIN: Final = 50
"""Values that are worked out from each other, one after the other."""
STEPS: Final = 20_000
"""Values that one walk may set before it is taken to run in circles."""


class InvalidQuestionnaire(Invalid):
    """A questionnaire that cannot be read; ``fields`` maps places to what is wrong there."""

    code = "invalid_questionnaire"


def check_size(definition: object) -> None:
    """Raise :class:`InvalidQuestionnaire` if ``definition`` is too large or too deep to look at."""
    if not isinstance(definition, Mapping):
        raise InvalidQuestionnaire(N_("A questionnaire is a JSON object."))
    if depth(definition) > DEPTH:
        raise InvalidQuestionnaire(
            N_("The questionnaire is nested more than %(most)s levels deep."), most=DEPTH
        )
    if weight(definition) > BYTES:
        raise InvalidQuestionnaire(
            N_("The questionnaire is larger than %(most)s MB."), most=BYTES // 1_000_000
        )


def depth(value: object) -> int:
    """Return how many lists and objects are inside each other, counted only just beyond DEPTH."""
    level, found = [value], 0
    while level and found <= DEPTH:
        inside = [part for part in level if isinstance(part, (list, tuple, Mapping))]
        if not inside:
            return found
        found += 1
        level = [
            part
            for holder in inside
            for part in (holder.values() if isinstance(holder, Mapping) else holder)
        ]
    return found


def weight(value: Any) -> int:
    """Return about how many bytes the JSON text of ``value`` has."""
    try:
        return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError):
        raise InvalidQuestionnaire(N_("A questionnaire is a JSON object.")) from None
