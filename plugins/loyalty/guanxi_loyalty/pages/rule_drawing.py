"""How the form of a rule is drawn: everything that can be chosen in it."""

from collections.abc import Mapping
from typing import Final

from flask import render_template
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, attributes_of, web
from guanxi_loyalty.earning.sentences import occasion_title
from guanxi_loyalty.pages.attribute_rows import rows_of
from guanxi_loyalty.pages.naming import visible_attributes
from guanxi_loyalty.pages.rule_form import RuleForm, way_options
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import Wording

_NOT_EARNING: Final = ("purchase", "return")


def draw_form(session: Session, form: RuleForm) -> str:
    """Draw the page."""
    seen, names = visible_attributes(session), form.names
    known = attributes_of(session)
    stored = (form.stored or {}).get("conditions", {}).get("attributes", [])
    wording = Wording(names.language)
    return render_template(
        "loyalty/rule_edit.html",
        form=form,
        typed=form.typed,
        rule=form.rule,
        programme=form.programme,
        occasion=occasion_title(form.rule.trigger, names) if form.rule is not None else "",
        triggers=list(triggers(form).items()),
        ways=[(key, text) for key, text in _ways().items() if key in way_options(form)],
        rows=rows_of(form.typed, seen),
        hidden=sum(1 for one in stored if one["key"] in known and one["key"] not in seen),
        attributes=attribute_options(seen),
        weekdays=[(one, wording.weekday(one)) for one in range(1, 8)],
        hours=[(one, f"{one}:00") for one in range(25)],
        periods=_periods(),
        counts=_counts(),
        units=list(names.units.items()),
        campaigns=list(names.campaigns.items()),
        channels=list(names.channels.items()),
        outcomes=list(names.outcomes.items()),
    )


def attribute_options(seen: Mapping[str, Attribute]) -> list[tuple[str, str]]:
    """Return the attributes to choose from, by title."""
    language = web.language()
    found = [(key, one.title.in_language(language)) for key, one in seen.items()]
    return sorted(found, key=lambda one: one[1])


def _ways() -> dict[str, str]:
    return {
        "per_amount": _("for each amount spent"),
        "per_item": _("for each piece"),
        "per_line": _("for each line of the receipt"),
        "fixed": _("once, for the whole"),
        "multiplier": _("times what the other rules give"),
    }


def _periods() -> list[tuple[str, str]]:
    return [
        ("day", _("in a day")),
        ("week", _("in a week")),
        ("month", _("in a month")),
        ("year", _("in a year")),
        ("ever", _("altogether")),
    ]


def _counts() -> list[tuple[str, str]]:
    return [
        ("all", _("every purchase")),
        ("first", _("the first purchase of a member only")),
        ("nth", _("one purchase of a member only, by its number")),
        ("every", _("one purchase in so many of a member")),
    ]


def triggers(form: RuleForm) -> dict[str, str]:
    """Return the kinds of touchpoint that members can earn for, by key."""
    return {key: one for key, one in form.names.kinds.items() if key not in _NOT_EARNING}
