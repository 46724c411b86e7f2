"""Why a customer is as likely as they are: the strongest parts of the log-odds, in sentences."""

from collections.abc import Mapping, Sequence
from math import exp
from types import MappingProxyType
from typing import Any, Final

from guanxi_scoring.propensity.behaviour import TITLES
from guanxi_scoring.propensity.binning import MISSING, OTHER, Feature
from guanxi_scoring.texts import N_

STRONGEST: Final = 3
LEAST: Final = 0.05
"""What adds less to the log-odds is no reason."""
CAPPED: Final = 99.0

_MORE: Final = N_("%(what)s is %(value)s: that makes it %(times)s times as likely, by the odds.")
_LESS: Final = N_("%(what)s is %(value)s: that divides the odds by %(times)s.")
_EMPTY: Final = MappingProxyType({"sentence": N_("not known"), "values": {}})
_OTHER: Final = MappingProxyType({"sentence": N_("something else"), "values": {}})
_WORDS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "won": {"sentence": N_("success"), "values": {}},
        "lost": {"sentence": N_("no success"), "values": {}},
        "none": {"sentence": N_("not tried before"), "values": {}},
    }
)
"""What the fact ``earlier`` can be."""


def reasons(
    parts: Mapping[str, float],
    features: Sequence[Feature],
    known: Mapping[str, Any],
    titles: Mapping[str, Mapping[str, str]],
) -> list[dict[str, Any]]:
    """Return the strongest parts as they are stored.

    :param titles: of attributes, in both languages; what has none is called by its key.
    """
    ordered = sorted(parts.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    by_name = {one.name: one for one in features}
    return [
        _reason(by_name[name], part, known, titles)
        for name, part in ordered[:STRONGEST]
        if abs(part) >= LEAST
    ]


def _reason(
    feature: Feature,
    part: float,
    known: Mapping[str, Any],
    titles: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    values = {
        "what": title_of(feature.name, titles),
        "value": value_told(feature, feature.bin(known) or MISSING),
        "times": round(min(exp(abs(part)), CAPPED), 2),
    }
    message = _MORE if part > 0 else _LESS
    return {"feature": feature.name, "message": message, "values": values, "weight": abs(part)}


def title_of(name: str, titles: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Return what a feature is called, in both languages."""
    if name in TITLES:
        return {"en": TITLES[name].en, "zh": TITLES[name].zh}
    return titles.get(name, {"en": name, "zh": name})


def value_told(feature: Feature, value: str) -> Any:
    """Return a value as a part of a sentence (``explaining.wording``)."""
    if value == MISSING:
        return dict(_EMPTY)
    if value == OTHER:
        return dict(_OTHER)
    if feature.name == "earlier":
        return dict(_WORDS.get(value, _EMPTY))
    if not feature.is_number:
        return value
    return _span(*feature.span(value))


def _span(least: float | None, below: float | None) -> dict[str, Any]:
    if least is None:
        return {"sentence": N_("below %(below)s"), "values": {"below": below}}
    if below is None:
        return {"sentence": N_("%(least)s or more"), "values": {"least": least}}
    told = N_("from %(least)s to below %(below)s")
    return {"sentence": told, "values": {"least": least, "below": below}}
