"""What codes take off and when they work, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from guanxi.sdk import web
from guanxi_loyalty.models import CodeSet, Programme
from guanxi_loyalty.pages.amounts import percent_text
from guanxi_loyalty.pages.words import money_of
from guanxi_loyalty.texts import _, lazy_, ngettext
from guanxi_loyalty.wording import Wording

EFFECTS: Final[Mapping[str, Any]] = {
    "percent": lazy_("Percent off"),
    "amount": lazy_("An amount off"),
    "product": lazy_("A product for nothing"),
    "shipping": lazy_("Free shipping"),
}
CODE_STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "active": (lazy_("Can be used"), "success"),
    "used": (lazy_("Used"), "accent"),
    "used_up": (lazy_("The set is used up"), "neutral"),
    "blocked": (lazy_("Blocked"), "danger"),
    "paused": (lazy_("The set is paused"), "warning"),
    "over": (lazy_("Run out"), "neutral"),
    "early": (lazy_("Not yet"), "info"),
}
BATCH_STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "making": (lazy_("Being made"), "info"),
    "ready": (lazy_("Ready to be downloaded"), "success"),
    "fetched": (lazy_("Handed out"), "neutral"),
    "blocked": (lazy_("Blocked"), "danger"),
}


def set_state_in_words(found: CodeSet, now: datetime) -> tuple[str, str]:
    """Return whether the codes of a set work now, with a tone."""
    if found.state == "paused":
        return _("Paused"), "warning"
    if found.valid_to is not None and found.valid_to <= now:
        return _("Over"), "neutral"
    if found.valid_from is not None and found.valid_from > now:
        return _("Not yet"), "info"
    if found.total_limit is not None and found.used >= found.total_limit:
        return _("Used up"), "neutral"
    return _("In force"), "success"


def effect_in_words(found: CodeSet, programme: Programme) -> str:
    """Return what a code of a set takes off."""
    if found.effect == "percent":
        said = _("%(percent)s %% off", percent=percent_text(found.value))
    elif found.effect == "amount":
        said = _("%(amount)s off", amount=_money(found.value, programme))
    elif found.effect == "product":
        said = ngettext("%(num)s piece for nothing", "%(num)s pieces for nothing", found.value)
    else:
        said = _("free shipping")
    if found.most is None:
        return str(said)
    return _("%(effect)s, at most %(amount)s", effect=said, amount=_money(found.most, programme))


def terms_in_words(found: CodeSet, programme: Programme) -> list[dict[str, Any]]:
    """Return under which terms codes of a set work, as label and value."""
    limits = [
        ngettext("each code %(num)s time", "each code %(num)s times", found.code_limit)
        if found.code_limit
        else "",
        ngettext("each customer %(num)s time", "each customer %(num)s times", found.customer_limit)
        if found.customer_limit
        else "",
        ngettext("together %(num)s time", "together %(num)s times", found.total_limit)
        if found.total_limit
        else "",
    ]
    join = _(", ")
    told = {name: join.join(found.conditions.get(name, [])) for name in _CONDITIONS}
    return [
        {"label": _("Takes off"), "value": effect_in_words(found, programme)},
        {
            "label": _("Least order"),
            "value": _money(found.min_order, programme) if found.min_order else "",
        },
        {"label": _("Limits"), "value": join.join(one for one in limits if one)},
        *({"label": str(_CONDITIONS[name]), "value": text} for name, text in told.items() if text),
        {"label": _("With other codes"), "value": _stacking(found)},
    ]


_CONDITIONS: Final[Mapping[str, Any]] = {
    "products": lazy_("Only for products"),
    "categories": lazy_("Only for categories"),
    "except": lazy_("Not for products"),
}


def _stacking(found: CodeSet) -> str:
    if found.alone:
        return _("none in the same order")
    if found.family:
        return _("any but those of the family %(family)s", family=found.family)
    return _("any")


def _money(minor: int, programme: Programme) -> str:
    amount = money_of(minor, programme.currency)
    return Wording(web.language()).money(amount, programme.currency)
