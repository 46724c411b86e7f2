"""Whether the conditions of a rule hold, and if not, which one does not."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from guanxi_loyalty.earning.definitions import Conditions, Wanted
from guanxi_loyalty.earning.facts import Happening, MemberFacts, Reason
from guanxi_loyalty.earning.lines import is_one_of
from guanxi_loyalty.texts import N_


def why_not(
    zone: ZoneInfo, asked: Conditions, happening: Happening, member: MemberFacts
) -> Reason | None:
    """Return the first condition that does not hold; None where all do."""
    return (
        _of_contact(asked, happening)
        or _of_goods(asked, happening)
        or _of_time(zone, asked, happening)
        or _of_count(asked, member)
        or _of_member(asked, member)
    )


def _of_contact(asked: Conditions, happening: Happening) -> Reason | None:
    if asked.channels and happening.channel not in asked.channels:
        return Reason(N_("It was by another channel: %(channel)s."), {"channel": happening.channel})
    if asked.outcomes and happening.outcome not in asked.outcomes:
        return Reason(N_("It had another outcome: %(outcome)s."), {"outcome": happening.outcome})
    return None


def _of_goods(asked: Conditions, happening: Happening) -> Reason | None:
    if asked.minimum is not None and (happening.amount or 0) < asked.minimum:
        return Reason(
            N_("The amount %(amount)s is below %(minimum)s."),
            {"amount": happening.amount, "minimum": asked.minimum},
        )
    if asked.products and not any(
        is_one_of(line.product, asked.products) for line in happening.lines
    ):
        return Reason(N_("None of its products was bought."))
    return None


def _of_time(zone: ZoneInfo, asked: Conditions, happening: Happening) -> Reason | None:
    if not (asked.since or asked.until or asked.weekdays or asked.hours):
        return None
    local = happening.at.astimezone(zone)
    day = local.date()
    if asked.since is not None and day < asked.since:
        return Reason(N_("It applies from %(day)s on."), {"day": asked.since})
    if asked.until is not None and day > asked.until:
        return Reason(N_("It applied until %(day)s."), {"day": asked.until})
    if asked.weekdays and day.isoweekday() not in asked.weekdays:
        return Reason(N_("It does not apply on this day of the week."))
    if asked.hours is not None and not _within(local.hour, *asked.hours):
        return Reason(N_("It does not apply at this hour."))
    return None


def _within(hour: int, begins: int, ends: int) -> bool:
    if begins < ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


def _of_count(asked: Conditions, member: MemberFacts) -> Reason | None:
    number = member.purchases_before + 1
    if asked.nth is not None and number != asked.nth:
        return Reason(
            N_("It is purchase number %(number)s of the member, not %(nth)s."),
            {"number": number, "nth": asked.nth},
        )
    if asked.every is not None and number % asked.every:
        return Reason(
            N_("It is purchase number %(number)s of the member, and only one in %(every)s counts."),
            {"number": number, "every": asked.every},
        )
    return None


def _of_member(asked: Conditions, member: MemberFacts) -> Reason | None:
    for wanted in asked.attributes:
        if not holds(wanted, member.attributes.get(wanted.key)):
            return Reason(N_("The member is not as %(attribute)s asks."), {"attribute": wanted.key})
    return None


def holds(wanted: Wanted, value: Any) -> bool:
    """Return whether an attribute's value is as wanted; what is not known is only ``empty``."""
    if wanted.op in ("filled", "empty"):
        return (value in (None, "", [])) == (wanted.op == "empty")
    if value is None:
        return wanted.op in ("is_not", "has_not")
    if wanted.op in ("is", "is_not"):
        return (_same(value, wanted.value)) == (wanted.op == "is")
    if wanted.op in ("has", "has_not"):
        return _has(value, wanted.value) == (wanted.op == "has")
    return _compared(wanted, value)


def _same(value: Any, asked: Any) -> bool:
    if isinstance(value, bool) or isinstance(asked, bool):
        return value is asked
    if isinstance(value, int | Decimal | float):
        number = _number(asked)
        return number is not None and Decimal(str(value)) == number
    return str(value) == str(asked)


def _has(value: Any, asked: Any) -> bool:
    held = value if isinstance(value, Collection) and not isinstance(value, str) else (value,)
    wanted = asked if isinstance(asked, list) else [asked]
    return any(one in wanted for one in held)


def _compared(wanted: Wanted, value: Any) -> bool:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _beyond(wanted, value.isoformat(), str(wanted.value))
    number, asked = _number(value), _number(wanted.value)
    return number is not None and asked is not None and _beyond(wanted, number, asked)


def _beyond(wanted: Wanted, value: Any, asked: Any) -> bool:
    return bool(value >= asked if wanted.op == "at_least" else value <= asked)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
