"""Which question or value a name in an expression means: ``{q1[0].city}`` means ``q1``."""

from collections.abc import Mapping
from typing import Final

CONTEXT: Final = frozenset({"item", "choice", "self", "row", "panel", "parentpanel"})
"""Names that mean something only where the expression stands."""
BUILT_IN: Final = frozenset({"locale", "pageno", "pagecount", "questioncount", "rowindex"})
UNWRAPPED: Final = "-unwrapped"


def bare(name: str) -> str:
    """Return a name as it was meant, without the marks that SurveyJS lets stand before it."""
    return name.strip().lstrip("#$").strip()


def root_of(name: str, known: Mapping[str, str]) -> str | None:
    """Return which of ``known`` (lower case to itself) the ``name`` means; None: nothing there.

    The longest that fits wins, since names may hold dots themselves.
    """
    sought = bare(name).lower()
    if sought in known:
        return known[sought]
    if sought.endswith(UNWRAPPED):
        return root_of(sought.removesuffix(UNWRAPPED), known)
    while (cut := max(sought.rfind("."), sought.rfind("["))) > 0:
        sought = sought[:cut]
        if sought in known:
            return known[sought]
    return None


def means_context(name: str) -> bool:
    """Tell whether a name means something of its surroundings, or of the survey as a whole."""
    first = bare(name).lower().partition(".")[0].partition("[")[0]
    return first in CONTEXT or first in BUILT_IN
