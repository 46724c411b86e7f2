"""The plugin's catalogue of texts: ``_`` now, ``lazy_`` where it is shown, ``N_`` marks only."""

from collections.abc import Callable

from guanxi.sdk import translations

domain = translations(__file__)
_: Callable[..., str] = domain.gettext
lazy_ = domain.lazy_gettext
ngettext: Callable[..., str] = domain.ngettext


def N_(text: str) -> str:  # noqa: N802 -- the name that gettext tools know
    """Mark ``text`` as a msgid that is translated later, where it is shown."""
    return text
