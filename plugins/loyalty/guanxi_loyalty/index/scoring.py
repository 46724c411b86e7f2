"""The parts of the index and the index itself, from plain facts: pure functions.

Each part is a number from 0 to 100 that never falls when what it is made of grows. A part of
which nothing is known is left out, which is not the same as nought.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from guanxi_loyalty.texts import N_

PARTS: Final = ("repeat", "tenure", "recommendation", "tier")
FULL: Final = Decimal(100)
NPS_MOST: Final = Decimal(10)
_NOTHING: Final = Decimal(0)
_DAY: Final = Decimal(86_400)
_PLACES: Final = Decimal("0.1")
TITLES: Final = {
    "repeat": N_("Repeat purchases"),
    "tenure": N_("Tenure"),
    "recommendation": N_("Recommendation"),
    "tier": N_("Tier"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a customer.

    :param referrals: friends who came by the customer's code and bought.
    :param nps: willingness to recommend from 0 to 10; None: nobody asked, or nobody offers it.
    :param tier: the key of the tier; ``place`` is its place, 0 the first of ``tiers`` many.
    """

    purchases: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    referrals: int = 0
    nps: Decimal | None = None
    tier: str | None = None
    place: int | None = None
    tiers: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its score from 0 to 100, None if unknown, and in words where that comes from.

    ``source`` is a key for programs; ``text`` with ``values`` says the same to people, as an
    English msgid of ours that is translated where it is shown.
    """

    key: str
    score: Decimal | None
    weight: int
    source: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The msgid of its name."""
        return TITLES[self.key]

    @property
    def counts(self) -> bool:
        """Whether it is a part of the index."""
        return self.score is not None and self.weight > 0


@dataclass(frozen=True, slots=True)
class Index:
    """The index (None where nothing is known), and all parts, those left out too."""

    value: Decimal | None
    parts: tuple[Part, ...]


def index_from(facts: Facts, settings: Mapping[str, Any]) -> Index:
    """Return the weighted mean of the parts that are known, rounded to one decimal.

    I = sum(w_i s_i) / sum(w_i) over the known parts i (加权平均). It rises with each known part
    that has a weight. Our own definition: the theory names the parts, and no formula.
    """
    parts = tuple(_PARTS[key](facts, settings) for key in PARTS)
    return Index(mean(parts), tuple(_shown(part) for part in parts))


def mean(parts: Sequence[Part]) -> Decimal | None:
    """Return the weighted mean of the known parts; None where there are none."""
    known = [(part.score, part.weight) for part in parts if part.score is not None and part.weight]
    if not known:
        return None
    total = sum((score * weight for score, weight in known), _NOTHING)
    return _rounded(total / sum(weight for _, weight in known))


def repeat_score(purchases: int) -> Decimal | None:
    """Return which part of all purchases were repeat purchases (复购率): 100 (n - 1) / n.

    None without a purchase. One purchase is 0, two are 50, ten are 90.
    """
    return FULL * (purchases - 1) / purchases if purchases else None


def tenure_score(
    first_at: datetime | None, last_at: datetime | None, full_days: int
) -> Decimal | None:
    """Return how long a customer has kept buying, against ``full_days`` (关系时长).

    From the first to the last purchase, the "length" of the LRFM model (Chang and Tsay 2004):
    so that nobody becomes loyal by staying away. None without a purchase.
    """
    if first_at is None or last_at is None:
        return None
    gone = last_at - first_at
    seconds = Decimal(gone.days) * _DAY + gone.seconds + Decimal(gone.microseconds) / 10**6
    return min(FULL, FULL * seconds / (_DAY * full_days))


def recommendation_score(referrals: int, nps: Decimal | None, full: int) -> Decimal | None:
    """Return the greater of friends brought, against ``full``, and of ``nps`` out of 10 (推荐).

    The question of the Net Promoter Score (Reichheld 2003) asks for the will, a referral shows
    the deed; whichever says more counts. None where nobody came and nobody answered.
    """
    found = [min(FULL, FULL * referrals / full)] if referrals else []
    if nps is not None:
        found.append(max(_NOTHING, min(FULL, FULL * nps / NPS_MOST)))
    return max(found, default=None)


def tier_score(place: int | None, tiers: int) -> Decimal | None:
    """Return how high a tier is: 0 the first, 100 the last. None without tiers to climb."""
    return FULL * place / (tiers - 1) if place is not None and tiers > 1 else None


def _repeat(facts: Facts, settings: Mapping[str, Any]) -> Part:
    score, weight = repeat_score(facts.purchases), settings["index_weight_repeat"]
    if score is None:
        return Part("repeat", None, weight, "touchpoints", N_("No purchase yet."))
    text = N_("%(repeats)s of %(purchases)s purchases were repeat purchases.")
    values = {"repeats": facts.purchases - 1, "purchases": facts.purchases}
    return Part("repeat", score, weight, "touchpoints", text, values)


def _tenure(facts: Facts, settings: Mapping[str, Any]) -> Part:
    full, weight = settings["index_tenure_days"], settings["index_weight_tenure"]
    score = tenure_score(facts.first_at, facts.last_at, full)
    if facts.first_at is None or facts.last_at is None:
        return Part("tenure", None, weight, "touchpoints", N_("No purchase yet."))
    text = N_("%(days)s days from the first to the last purchase; %(full)s are 100.")
    values = {"days": (facts.last_at - facts.first_at).days, "full": full}
    return Part("tenure", score, weight, "touchpoints", text, values)


def _recommendation(facts: Facts, settings: Mapping[str, Any]) -> Part:
    full, source = settings["index_referrals"], settings["index_nps_from"]
    weight = settings["index_weight_recommendation"]
    score = recommendation_score(facts.referrals, facts.nps, full)
    if score is None:
        text = N_("No friend brought, and no answer on recommending us.")
        return Part("recommendation", None, weight, "referrals", text)
    if recommendation_score(facts.referrals, None, full) == score:
        text = N_("%(friends)s friends came and bought; %(full)s are 100.")
        values: dict[str, object] = {"friends": facts.referrals, "full": full}
        return Part("recommendation", score, weight, "referrals", text, values)
    text = N_("%(answer)s of 10 on recommending us, from %(source)s.")
    return Part(
        "recommendation", score, weight, source, text, {"answer": facts.nps, "source": source}
    )


def _tier(facts: Facts, settings: Mapping[str, Any]) -> Part:
    score, weight = tier_score(facts.place, facts.tiers), settings["index_weight_tier"]
    if score is None or facts.place is None:
        return Part("tier", None, weight, "loyalty.tier", N_("No member of a tier."))
    text = N_("Tier %(place)s of %(tiers)s.")
    values = {"place": facts.place + 1, "tiers": facts.tiers}
    return Part("tier", score, weight, "loyalty.tier", text, values)


_PARTS: Final = {
    "repeat": _repeat,
    "tenure": _tenure,
    "recommendation": _recommendation,
    "tier": _tier,
}


def _shown(part: Part) -> Part:
    score = None if part.score is None else _rounded(part.score)
    return Part(part.key, score, part.weight, part.source, part.text, part.values)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_PLACES, ROUND_HALF_UP)
