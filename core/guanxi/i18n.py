"""Translation: which languages there are, and the functions that mark texts.

English is written in the code, Chinese stands in ``translations/zh_Hans_CN``. Plugins have
a domain of their own (see :func:`guanxi.sdk.translations`), so equal msgids never meet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app, has_app_context
from flask_babel import Domain, LazyString, get_locale

LANGUAGES = ("zh", "en")
"""Codes as people choose them; :data:`LOCALES` has the catalogue names."""

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}

domain = Domain(translation_directories=[str(Path(__file__).parent / "translations")])

PLUGIN_DOMAINS = "guanxi_plugin_domains"
"""Under this name a Flask app keeps the catalogues of plugins, whose errors we show, too."""


def knows(catalogue: Domain, text: str) -> bool:
    """Return whether ``catalogue`` has ``text`` in the current person's language."""
    known = getattr(catalogue.get_translations(), "_catalog", {})
    return text in known or (text, 0) in known


def _(text: str, /, **params: Any) -> str:
    """Translate ``text`` into the current person's language, now.

    A sentence that is not the core's is looked up in the plugins' catalogues: a plugin raises
    errors, and the core shows them.
    """
    found = domain
    if has_app_context() and not knows(domain, text):
        plugins: Iterable[Domain] = current_app.extensions.get(PLUGIN_DOMAINS, ())
        found = next((one for one in plugins if knows(one, text)), domain)
    return str(found.gettext(text, **params))


def ngettext(one: str, many: str, num: int, /, **params: Any) -> str:
    """Translate a sentence with a number in it."""
    return str(domain.ngettext(one, many, num, **params))


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark ``text`` as a msgid that is translated later, where it is shown."""
    return text


def lazy_(text: str, /, **params: Any) -> LazyString:
    """Mark ``text`` for translation when it is shown."""
    return domain.lazy_gettext(text, **params)


@dataclass(frozen=True, slots=True)
class Text:
    """A text that carries both languages itself, for declarations by plugins."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the text in ``language`` ('zh' or 'en')."""
        return self.zh if language.startswith("zh") else self.en

    def __str__(self) -> str:
        return self.in_language(str(get_locale() or "en"))
