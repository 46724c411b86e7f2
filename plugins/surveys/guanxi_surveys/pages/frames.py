"""What stands around the questions: language, direction, colour, logo, words of buttons."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from flask import request
from flask_babel import force_locale
from sqlalchemy.orm import Session

from guanxi.sdk import settings_of
from guanxi_surveys.answering.definitions import Asked, Published
from guanxi_surveys.answering.titles import in_language, title_of
from guanxi_surveys.questionnaire.wording import said, wording
from guanxi_surveys.texts import _

COLOUR: Final = "2f5fd0"
_FROM_THE_RIGHT: Final = frozenset(
    {"ar", "fa", "he", "iw", "ur", "ps", "ckb", "yi", "dv", "ug", "sd"}
)
_WORDS: Final = {"next": "pageNextText", "back": "pagePrevText", "finish": "completeText"}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak the language of who answers, or English where Guanxi does not speak it."""
    with force_locale("zh_Hans_CN" if language.partition("-")[0] == "zh" else "en"):
        yield


def languages_of(asked: Asked | None, published: Published) -> tuple[str, ...]:
    """Return in which languages a survey is asked, the default first."""
    chosen = asked.options.get("languages") if asked is not None else None
    found = tuple(one for one in published.languages if not chosen or one in chosen)
    return found or published.languages or ("en",)


def choose(languages: Sequence[str], wanted: str | None) -> str:
    """Return the language that is wanted, else the browser's, else the default."""
    for one in (wanted, *(code for code, _quality in request.accept_languages)):
        found = _nearest(languages, (one or "").lower())
        if found:
            return found
    return languages[0]


def _nearest(languages: Sequence[str], wanted: str) -> str | None:
    if not wanted or len(wanted) > 20:
        return None
    family = wanted.partition("-")[0]
    same = [one for one in languages if one.partition("-")[0] == family]
    return next((one for one in languages if one == wanted), same[0] if same else None)


def frame(
    session: Session, asked: Asked | None, published: Published | None, language: str
) -> dict[str, Any]:
    """Return what the base template draws."""
    theme: Mapping[str, Any] = asked.options.get("theme") or {} if asked is not None else {}
    colour = str(theme.get("colour") or "").removeprefix("#").lower()
    found = {
        "title": _("Survey"),
        "description": "",
        "language": language,
        "tag": language,
        "direction": "rtl" if language.partition("-")[0] in _FROM_THE_RIGHT else "ltr",
        "colour": colour or COLOUR,
        "logo": theme.get("logo") or "",
        "company": settings_of(session, "core")["company"],
        "languages": [],
    }
    if asked is not None and published is not None:
        questionnaire = published.questionnaire
        default = questionnaire.language
        found["title"] = said(questionnaire.title, language, default) or title_of(asked, language)
        found["description"] = said(questionnaire.description, language, default)
        found["languages"] = [
            {"code": one, "tag": one, "name": language_name(one), "current": one == language}
            for one in languages_of(asked, published)
        ]
    return found


@lru_cache(maxsize=200)
def language_name(code: str) -> str:
    """Return what a language calls itself."""
    try:
        name = Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return (
        name[:1].upper() + name[1:] if code.partition("-")[0] != "zh" else name.partition(" (")[0]
    )


def words(published: Published, language: str) -> dict[str, str]:
    """Return what stands on the buttons: the questionnaire's own words, or ours."""
    usual = {"next": _("Next"), "back": _("Back"), "finish": _("Send")}
    raw, default = published.questionnaire.raw, published.questionnaire.language
    own = {
        name: said(wording(raw.get(key)) or {}, language, default) for name, key in _WORDS.items()
    }
    return {name: own[name] or usual[name] for name in usual}


def thanks_of(asked: Asked, language: str) -> str:
    """Return the survey's own words of thanks, where the questionnaire has none."""
    return in_language(asked.options.get("thanks") or {}, language)
