"""Texts: what lacks a translation, and names in texts that stand for nothing."""

import re
from typing import Final

from guanxi_surveys.questionnaire.circles import known_names
from guanxi_surveys.questionnaire.model import Questionnaire
from guanxi_surveys.questionnaire.problems import Problems
from guanxi_surveys.questionnaire.reading_values import Reader
from guanxi_surveys.questionnaire.references import means_context, root_of
from guanxi_surveys.questionnaire.wording import DEFAULT, Wording
from guanxi_surveys.texts import N_

_PIPE: Final = re.compile(r"\{([^{}:]{1,200})\}")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_BUILT_IN: Final = re.compile(r"\d+")
"""``{0}`` in the text of an error stands for the limit."""


def lint_texts(questionnaire: Questionnaire, reader: Reader, problems: Problems) -> None:
    """Note each text that some language lacks, and what is piped from nowhere."""
    known = known_names(questionnaire)
    for place, text in reader.texts:
        lacking = _lacking(text, questionnaire)
        if lacking:
            problems.warning(
                place, N_("There is no translation into: %(languages)s."),
                languages=", ".join(lacking),
            )  # fmt: skip
        for said in text.values():
            for name in _PIPE.findall(said):
                if (
                    root_of(name, known) is None
                    and not means_context(name)
                    and not _BUILT_IN.fullmatch(name)
                ):
                    problems.warning(
                        place, N_("The text holds “{%(name)s}”, which is no question or value."),
                        name=name[:80],
                    )  # fmt: skip


def _lacking(text: Wording, questionnaire: Questionnaire) -> list[str]:
    """Return the languages of the questionnaire that a text is not in; numbers need none."""
    if not any(_LETTERS.search(said) for said in text.values()):
        return []
    default = questionnaire.language
    if len(questionnaire.languages) == 1:
        return []
    has = {default if code == DEFAULT else code for code in text}
    return [code for code in questionnaire.languages if code not in has]
