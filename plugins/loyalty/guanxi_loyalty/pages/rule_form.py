"""The form of an earning rule: the controls that its kind of occasion needs, and no others.

What a definition says beyond the controls shown, because a program wrote it, stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from sqlalchemy.orm import Session

from guanxi_loyalty.earning.definitions import Period, read_definition
from guanxi_loyalty.earning.sentences import Names
from guanxi_loyalty.models import EarningRule, Programme
from guanxi_loyalty.pages.attribute_rows import fill_rows, read_rows
from guanxi_loyalty.pages.naming import names_of, visible_attributes
from guanxi_loyalty.pages.rule_kinds import PURCHASE, RuleKind
from guanxi_loyalty.pages.typed import Typed, plain
from guanxi_loyalty.texts import _

PERIODS: Final = get_args(Period)
COUNTS: Final = ("all", "first", "nth", "every")
WAYS: Final = {
    "purchase": ("per_amount", "per_item", "per_line", "fixed", "multiplier"),
    "contact": ("fixed", "multiplier"),
    "day": ("fixed", "multiplier"),
}
MOST_PRIORITY: Final = 10_000
_MOST: Final = 10**12
RENAMED: Final = {
    "definition": "form", "limits": "limit_day_times", "attributes": "attr-0-key",
    "reward.units": "reward_units", "stacking": "exclusive",
}  # fmt: skip


@dataclass(slots=True)
class RuleForm:
    """What the page needs: what is typed, the controls, the rule or None for a new one."""

    typed: Typed
    group: str
    programme: Programme
    names: Names
    rule: EarningRule | None = None
    kind: RuleKind | None = None
    stored: Mapping[str, Any] | None = None
    """The definition as it is stored, or as the kind proposes it."""


def filled(session: Session, form: RuleForm) -> RuleForm:
    """Put what is stored into the controls."""
    stored = dict(form.stored or {})
    definition = read_definition(stored)
    asked, reward, typed = definition.conditions, definition.reward, form.typed
    count = "every" if asked.every else "nth" if asked.nth else "all"
    typed.values |= {
        "products": "\n".join(one for one in asked.products if not one.endswith("*")),
        "categories": "\n".join(one[:-1] for one in asked.products if one.endswith("*")),
        "minimum": plain(asked.minimum),
        "count": "first" if asked.nth == 1 else count,
        "count_number": plain(asked.every or (asked.nth if asked.nth != 1 else None)),
        "since": plain(asked.since),
        "until": plain(asked.until),
        "hour_from": plain(asked.hours[0] if asked.hours else None),
        "hour_to": plain(asked.hours[1] if asked.hours else None),
        "way": reward.way,
        "reward_units": plain(reward.units),
        "reward_per": plain(reward.per),
        "whole": "1" if reward.whole else "",
        "exclusive": "1" if definition.stacking == "exclusive" else "",
        "stop": "1" if definition.stop else "",
    }
    typed.lists |= {
        "channels": list(asked.channels),
        "outcomes": list(asked.outcomes),
        "weekdays": [str(one) for one in asked.weekdays],
    }
    for limit in definition.limits:
        typed.values[f"limit_{limit.period}_times"] = plain(limit.times)
        typed.values[f"limit_{limit.period}_units"] = plain(limit.units)
    seen = visible_attributes(session)
    fill_rows(typed, [one for one in _attributes(stored) if one["key"] in seen])
    return form


def rule_values(rule: EarningRule) -> Typed:
    """Return what the form shows beside the definition."""
    return Typed(
        {
            "title_en": rule.title_en,
            "title_zh": rule.title_zh,
            "priority": str(rule.priority),
            "version": str(rule.version),
        }
    )


def open_form(session: Session, programme: Programme, group: str, typed: Typed) -> RuleForm:
    """Return a form to be filled."""
    return RuleForm(typed, group, programme, names_of(session, programme))


def read_form(session: Session, form: RuleForm) -> dict[str, Any]:
    """Return the definition in the form; what is wrong is noted at its field."""
    typed, stored = form.typed, dict(form.stored or {})
    conditions = dict(stored.get("conditions", {})) if form.rule is not None else {}
    conditions |= _times(typed)
    conditions["attributes"] = _members(session, form, stored)
    if form.group != "day":
        kept = conditions.get("channels", [])
        conditions["channels"] = list(typed.several("channels", {*form.names.channels, *kept}))
    if form.group == "contact":
        kept = conditions.get("outcomes", [])
        conditions["outcomes"] = list(typed.several("outcomes", {*form.names.outcomes, *kept}))
    if form.group == PURCHASE:
        conditions |= _goods(typed)
    reward = _reward(form)
    found = {
        "conditions": {name: one for name, one in conditions.items() if one not in (None, [])},
        "reward": reward,
        "limits": _limits(typed),
        "stacking": "exclusive" if typed.flag("exclusive") else "stack",
        "stop": typed.flag("stop"),
    }
    if found["stacking"] == "exclusive" and reward["way"] == "multiplier":
        typed.wrong("exclusive", _("A multiplier goes together with what it multiplies."))
    return found


def read_priority(typed: Typed) -> int:
    """Return the place of the rule in the order."""
    found = typed.whole("priority", 0, MOST_PRIORITY)
    return 100 if found is None else found


def _times(typed: Typed) -> dict[str, Any]:
    since, until = typed.day("since"), typed.day("until")
    if since is not None and until is not None and until < since:
        typed.wrong("until", _("It ends before it begins."))
    begins, ends = typed.whole("hour_from", 0, 23), typed.whole("hour_to", 0, 24)
    if (begins is None) != (ends is None):
        missing = "hour_from" if begins is None else "hour_to"
        typed.wrong(missing, _("Give both hours, or none."))
    elif begins is not None and begins == ends:
        typed.wrong("hour_to", _("It ends in the hour in which it begins."))
    weekdays = typed.several("weekdays", [str(one) for one in range(1, 8)])
    return {
        "since": plain(since) or None,
        "until": plain(until) or None,
        "weekdays": [int(one) for one in weekdays],
        "hours": None if begins is None or ends is None else [begins, ends],
    }


def _goods(typed: Typed) -> dict[str, Any]:
    minimum, count = typed.number("minimum"), typed.choice("count", COUNTS, "all")
    number = None
    if count in ("nth", "every"):
        number = typed.whole("count_number", 2, _MOST)
        if number is None:
            typed.wrong("count_number", _("Say which purchase, 2 or more."))
    beginnings = [f"{one.rstrip('*')}*" for one in typed.words("categories")]
    if any(one == "*" for one in beginnings):
        typed.wrong("categories", _("Write how the codes begin."))
    products = typed.words("products")
    if any(one.endswith("*") for one in products):
        typed.wrong("products", _("Write how codes begin in the other field."))
    return {
        "products": [*products, *beginnings],
        "minimum": plain(minimum) or None,
        "nth": 1 if count == "first" else number if count == "nth" else None,
        "every": number if count == "every" else None,
    }


def _reward(form: RuleForm) -> dict[str, Any]:
    typed = form.typed
    way = typed.choice("way", way_options(form), WAYS[form.group][0])
    units = typed.number("reward_units", above_zero=True)
    if units is None:
        typed.wrong("reward_units", _("Say how many."))
    elif way == "multiplier" and units <= 1:
        typed.wrong("reward_units", _("A multiplier is above 1."))
    found: dict[str, Any] = {"way": way, "units": plain(units) or "2"}
    if way == "per_amount":
        per = typed.number("reward_per", above_zero=True)
        if per is None:
            typed.wrong("reward_per", _("Say for which amount."))
        found |= {"per": plain(per) or "1", "whole": typed.flag("whole")}
    return found


def way_options(form: RuleForm) -> tuple[str, ...]:
    """Return the ways that fit the occasion, and the one that a program has stored."""
    stored = (form.stored or {}).get("reward", {}).get("way", "per_amount")
    ways = WAYS[form.group]
    return ways if form.rule is None or stored in ways else (*ways, stored)


def _limits(typed: Typed) -> list[dict[str, Any]]:
    found = []
    for period in PERIODS:
        times = typed.whole(f"limit_{period}_times", 1, _MOST)
        units = typed.whole(f"limit_{period}_units", 1, _MOST)
        if times is not None or units is not None:
            found.append({"period": period, "times": times, "units": units})
    return found


def _members(session: Session, form: RuleForm, stored: Mapping[str, Any]) -> list[Any]:
    """Return the conditions on members; those on what the person may not see stay."""
    seen = visible_attributes(session)
    hidden = [one for one in _attributes(stored) if one["key"] not in seen]
    return [*(hidden if form.rule is not None else []), *read_rows(form.typed, seen)]


def _attributes(stored: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = stored.get("conditions", {}).get("attributes", [])
    return found
