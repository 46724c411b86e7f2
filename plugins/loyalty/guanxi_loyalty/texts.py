"""The plugin's catalogue of texts: ``_`` now, ``lazy_`` where it is shown, ``N_`` marks only."""

from guanxi.sdk import translations

domain = translations(__file__)
_ = domain.gettext
lazy_ = domain.lazy_gettext
ngettext = domain.ngettext


def N_(text: str) -> str:  # noqa: N802 -- the name that gettext tools know
    """Mark ``text`` as a msgid that is translated later, where it is shown."""
    return text
