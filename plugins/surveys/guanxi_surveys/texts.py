"""The plugin's catalogue of texts: ``_`` now, ``lazy_`` where it is shown, ``N_`` marks only."""

from typing import Any

from guanxi.sdk import translations

domain = translations(__file__)
lazy_ = domain.lazy_gettext
ngettext = domain.ngettext


def _(text: str, /, **params: Any) -> str:
    """Translate ``text`` into the current person's language, now."""
    return str(domain.gettext(text, **params))


def N_(text: str) -> str:  # noqa: N802 -- the name that gettext tools know
    """Mark ``text`` as a msgid that is translated later, where it is shown."""
    return text
