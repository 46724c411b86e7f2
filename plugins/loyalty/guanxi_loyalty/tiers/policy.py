"""What a programme has decided about its tiers; read from JSON and checked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, get_args

from guanxi.sdk import Invalid
from guanxi_loyalty.texts import N_

Basis = Literal["qualifying", "spend"]
Window = Literal["rolling", "calendar", "anniversary", "lifetime"]
Downgrade = Literal["at_once", "period_end"]
SCALE: Final = 100
"""Spend is counted in hundredths of the currency, as a whole number."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier (等级): from how much on, and its benefits (权益).

    :param multiplier: of points earned; :param voucher: key of what is given on reaching it.
    """

    key: str
    title_en: str
    title_zh: str
    threshold: int
    multiplier: Decimal = Decimal(1)
    free_shipping: bool = False
    voucher: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """How members come into tiers, and out of them.

    :param basis: what counts: units of the kind ``qualifying``, or what was spent.
    :param window: what counts was earned in the last ``months`` (rolling), in this calendar year,
        since the last anniversary of joining, or at any time (``lifetime``, 终身累计): then a
        tier that was reached is lost only by what is taken back, with ``at_once``.
    :param downgrade: ``at_once`` when it is not enough any more, or at the end of the period
        (of ``months``, calendar year or year of membership) in which it was not enough.
    :param soft_landing: one step down only (软着陆); needs ``period_end``.
    :param grace_months: so much later (宽限期), unless it is enough again by then.
    """

    tiers: tuple[Tier, ...]
    basis: Basis = "qualifying"
    window: Window = "rolling"
    months: int = 12
    downgrade: Downgrade = "period_end"
    soft_landing: bool = False
    grace_months: int = 0

    def level(self, counted: int) -> int:
        """Return the highest tier that ``counted`` is enough for."""
        return max(n for n, tier in enumerate(self.tiers) if not n or tier.threshold <= counted)


@dataclass(frozen=True, slots=True)
class Version:
    """A policy with the instant from which it is in force."""

    since: datetime
    policy: Policy


def read_tiers(stored: Mapping[str, Any]) -> Policy:
    """Return the policy in a JSON object.

    :raises Invalid: an unknown name or a value that does not do.
    """
    _names(stored, Policy)
    tiers = stored.get("tiers")
    if not isinstance(tiers, list | tuple) or not tiers:
        raise Invalid(N_("Give at least one tier."), fields={"tiers": []})
    values = {name: stored[name] for name in stored if name != "tiers"}
    policy = Policy(tiers=tuple(_tier(one) for one in tiers), **values)
    _check(policy)
    return policy


def write_tiers(policy: Policy) -> dict[str, Any]:
    """Return the JSON object that :func:`read_tiers` reads."""
    stored = asdict(policy)
    tiers = [{**tier, "multiplier": str(tier["multiplier"])} for tier in stored["tiers"]]
    return {**stored, "tiers": tiers}


def _tier(stored: Any) -> Tier:
    if not isinstance(stored, Mapping):
        raise _wrong("tiers")
    _names(stored, Tier)
    try:
        values = {**stored, "multiplier": Decimal(str(stored.get("multiplier", "1")))}
        tier = Tier(**values)
    except (InvalidOperation, TypeError):
        raise _wrong("tiers") from None
    texts: tuple[object, ...] = (tier.key, tier.title_en, tier.title_zh)
    if not all(isinstance(one, str) and one for one in texts):
        raise _wrong("tiers")
    benefits: tuple[object, object] = (tier.free_shipping, tier.voucher)
    if not isinstance(benefits[0], bool) or not isinstance(benefits[1], str | None):
        raise _wrong("tiers")
    if not tier.multiplier.is_finite() or not 1 <= tier.multiplier <= 100:
        raise _wrong("multiplier")
    if not _is_whole(tier.threshold, 0, 10**15):
        raise _wrong("threshold")
    return tier


def _check(policy: Policy) -> None:
    for name, kind in (("basis", Basis), ("window", Window), ("downgrade", Downgrade)):
        if getattr(policy, name) not in get_args(kind):
            raise _wrong(name)
    if not _is_whole(policy.months, 1, 120):
        raise _wrong("months")
    if not _is_whole(policy.grace_months, 0, 24):
        raise _wrong("grace_months")
    if not isinstance(policy.soft_landing, bool):
        raise _wrong("soft_landing")
    if policy.soft_landing and policy.downgrade == "at_once":
        raise Invalid(N_("A soft landing needs a period."), fields={"soft_landing": []})
    thresholds = [tier.threshold for tier in policy.tiers]
    if thresholds[0] or sorted(set(thresholds)) != thresholds:
        raise Invalid(
            N_("The first tier begins at 0, and each other one above the last."),
            fields={"tiers": []},
        )
    if len({tier.key for tier in policy.tiers}) < len(policy.tiers):
        raise Invalid(N_("Each tier has a key of its own."), fields={"tiers": []})


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _names(stored: Mapping[str, Any], kind: Any) -> None:
    for name in stored.keys() - {one.name for one in fields(kind)}:
        raise Invalid(N_("A policy of tiers has no %(name)s."), name=name, fields={"tiers": []})


def _wrong(name: str) -> Invalid:
    return Invalid(N_("%(name)s has no valid value."), name=name, fields={"tiers": []})
