"""What a survey is called in a language, or the nearest there is."""

from collections.abc import Mapping

from guanxi_surveys.answering.definitions import Asked
from guanxi_surveys.models import Survey


def title_of(survey: Asked | Survey, language: str) -> str:
    """Return the title in a language (``zh``, ``zh-cn``, ``en``), else in any, else the key."""
    return in_language(survey.title, language) or survey.key


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, one of the same family, the default, English, or any."""
    family = language.partition("-")[0]
    for code in (language, family, *(one for one in texts if one.partition("-")[0] == family)):
        if texts.get(code):
            return texts[code]
    return texts.get("default") or texts.get("en") or next(filter(None, texts.values()), "")
