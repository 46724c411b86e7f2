"""What pages call the things of a member: movements, where they came from, states, causes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from guanxi.sdk import web
from guanxi_loyalty.moments import local_day
from guanxi_loyalty.texts import _, lazy_

KINDS: Final[Mapping[str, tuple[Any, str]]] = {
    "earn": (lazy_("Earned"), "success"),
    "activate": (lazy_("Became spendable"), "success"),
    "redeem": (lazy_("Redeemed"), "accent"),
    "hold": (lazy_("Set aside"), "info"),
    "capture": (lazy_("Taken from what was set aside"), "accent"),
    "release": (lazy_("Given back"), "info"),
    "reverse": (lazy_("Taken back"), "warning"),
    "adjust": (lazy_("Adjusted"), "warning"),
    "transfer": (lazy_("Transferred"), "info"),
    "expire": (lazy_("Ran out"), "neutral"),
    "extend": (lazy_("Extended"), "info"),
    "repay": (lazy_("Paid what was owed"), "info"),
    "merge": (lazy_("Two customers became one"), "neutral"),
    "erase": (lazy_("Written off"), "neutral"),
}
"""Kind of a transaction -> what it is called, and its tone."""
SOURCES: Final[Mapping[str, Any]] = {
    "till": lazy_("at the till"),
    "api": lazy_("at the till"),
    "staff": lazy_("by hand"),
    "member": lazy_("on the own page"),
    "reward": lazy_("as a reward"),
    "cancel": lazy_("a reward went back"),
    "rule": lazy_("by a rule"),
    "rules": lazy_("by rules"),
    "return": lazy_("goods came back"),
    "correction": lazy_("a purchase was corrected"),
    "command": lazy_("by hand"),
    "referral": lazy_("for a referral"),
    "time": lazy_("by time"),
    "job": lazy_("by time"),
    "customers": lazy_("by merging or erasing"),
    "loyalty.surprise": lazy_("as a surprise"),
    "loyalty.tier": lazy_("on reaching a tier"),
}
CAUSES: Final[Mapping[str, Any]] = {
    "reached": lazy_("enough was earned"),
    "lapsed": lazy_("the period ended without enough"),
    "fell": lazy_("what counts became too old"),
    "taken_back": lazy_("what counted was taken back"),
    "policy": lazy_("the tiers were changed"),
}
"""Why a member came into another tier."""
ISSUES: Final[Mapping[str, tuple[Any, str]]] = {
    "reserved": (lazy_("Waits to be handed over"), "warning"),
    "redeemed": (lazy_("Handed over"), "success"),
    "cancelled": (lazy_("Went back"), "neutral"),
    "expired": (lazy_("Not fetched in time"), "neutral"),
}
REQUESTS: Final[Mapping[str, tuple[Any, str]]] = {
    "waiting": (lazy_("Waits for a second person"), "warning"),
    "approved": (lazy_("Confirmed"), "success"),
    "refused": (lazy_("Refused"), "danger"),
    "withdrawn": (lazy_("Withdrawn"), "neutral"),
}


def titled(thing: Any) -> str:
    """Return the title of something that has one in both languages."""
    chinese = web.language() == "zh"
    found: str = (thing.title_zh if chinese else thing.title_en) or thing.title_en
    return found


def kind_of(kind: str) -> dict[str, str]:
    """Return what a kind of transaction is called, with its tone."""
    text, tone = KINDS.get(kind, (kind, "neutral"))
    return {"text": str(text), "tone": tone}


def state_of(states: Mapping[str, tuple[Any, str]], state: str) -> dict[str, str]:
    """Return what a state is called, with its tone."""
    text, tone = states.get(state, (state, "neutral"))
    return {"text": str(text), "tone": tone}


def source_of(source: str) -> str:
    """Return where a movement came from, in words; a rule is named by its key."""
    name, _sep, key = source.partition(":")
    text = str(SOURCES.get(name, name))
    return f"{text}: {key}" if key else text


def last_day(end: datetime | None, zone: ZoneInfo) -> date | None:
    """Return the last day on which something still holds that ends at ``end``."""
    return None if end is None else local_day(end - timedelta(microseconds=1), zone)


def money_of(minor: int, currency: str) -> Decimal:
    """Return minor units as an amount of the currency."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def effect_of(effect: str, value: int) -> str:
    """Return what a code takes off, in words; an amount of money is told by its set."""
    if effect == "percent":
        return _("%(percent)s%% off", percent=f"{Decimal(value) / 100:f}".rstrip("0").rstrip("."))
    return {"shipping": _("Free shipping"), "product": _("Free product")}.get(effect, _("Discount"))
