"""The form of a programme: titles, currency and zone, and a plain control for each policy."""

from calendar import monthrange
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_currency_precision
from flask import render_template

from guanxi.sdk import web
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.typed import Typed, plain
from guanxi_loyalty.policies import (
    MOST_BREAKAGE,
    MOST_DAYS,
    MOST_MONTHS,
    MOST_WORTH,
    Policies,
    read_policies,
)
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import Wording

RUNS: Final = ("never", "age", "inactivity", "calendar")
ROUNDINGS: Final = ("down", "half_up", "up")
_MOST_POINTS: Final = 2**53
_MOST_MINUTES: Final = 60 * 24 * 31
_RENAMED: Final = {"policies": "form", "units": "form"}


def form_of(programme: Programme) -> Typed:
    """Return the form filled with what a programme is now."""
    form = policy_values(read_policies(programme.policies), programme.currency)
    form.values |= {
        "title_en": programme.title_en,
        "title_zh": programme.title_zh,
        "version": str(programme.version),
    }
    return form


def new_form(currency: str, time_zone: str) -> Typed:
    """Return the form of a new programme, in the company's currency and zone."""
    form = policy_values(Policies(), currency)
    form.values |= {"currency": currency, "time_zone": time_zone}
    return form


def policy_values(policies: Policies, currency: str) -> Typed:
    """Return policies as the form shows them: money in the major unit, shares in percent."""
    values = asdict(policies)
    expiry = values.pop("expiry")
    shown = {name: plain(value) for name, value in values.items() if not isinstance(value, bool)}
    shown |= {f"expiry_{name}": plain(expiry[name]) for name in ("runs", "month", "day")}
    shown |= {f"expiry_{name}": plain(expiry[name] or None) for name in ("months", "days")}
    shown["expiry_month_end"] = "1" if expiry["month_end"] else ""
    shown["thousand_worth"] = plain(
        Decimal(policies.thousand_worth).scaleb(-get_currency_precision(currency)) or None
    )
    shown["breakage"] = plain(Decimal(policies.breakage) / 100 or None)
    shown["after_rewards"] = "1" if values["after_rewards"] else "0"
    shown["debts"] = "1" if values["debts"] else ""
    return Typed(shown)


def read_titles(form: Typed) -> dict[str, str]:
    """Return the titles; the English one stands for a missing Chinese one, and the reverse."""
    title_en, title_zh = form.text("title_en"), form.text("title_zh")
    if not title_en and not title_zh:
        form.wrong("title_en", _("Give it a title, in one of the languages."))
    return {"title_en": title_en or title_zh, "title_zh": title_zh or title_en}


def read_policies_form(form: Typed, currency: str) -> dict[str, Any]:
    """Return the policies in the form; what is wrong is noted at its field."""
    return {
        "expiry": _expiry(form),
        "pending_days": form.whole("pending_days", 0, MOST_DAYS) or 0,
        "rounding": form.choice("rounding", ROUNDINGS, "down"),
        "after_rewards": form.choice("after_rewards", ("0", "1"), "1") == "1",
        "debts": form.flag("debts"),
        "grace_days": form.whole("grace_days", 0, MOST_DAYS) or 0,
        "adjust_limit": form.whole("adjust_limit", 0, _MOST_POINTS),
        "hold_minutes": _required(form, "hold_minutes", _MOST_MINUTES),
        "thousand_worth": _worth(form, currency),
        "breakage": _share(form),
    }


def read_currency(form: Typed) -> str:
    """Return the currency, a code that there is."""
    code = form.get("currency").upper()
    if code not in Locale.parse("en").currencies:
        form.wrong("currency", _("Write the code of a currency, three letters such as CNY."))
    return code


def read_zone(form: Typed) -> str:
    """Return the time zone."""
    zone = form.get("time_zone")
    if zone not in available_timezones():
        form.wrong("time_zone", _("Choose a time zone of the list, such as Asia/Shanghai."))
    return zone


def draw_form(form: Typed, programme: Programme | None) -> str:
    """Draw the page."""
    months = Wording(web.language()).locale.months["stand-alone"]["wide"]
    return render_template(
        "loyalty/programme_edit.html",
        form=form,
        programme=programme,
        months=list(months.items()),
        zones=sorted(available_timezones()) if programme is None else [],
        roundings=[
            ("down", _("down: 1.9 becomes 1")),
            ("half_up", _("to the nearest: 1.5 becomes 2")),
            ("up", _("up: 1.1 becomes 2")),
        ],
    )


def complain(form: Typed, error: Any) -> None:
    """Note what the domain says."""
    form.complain(error, _RENAMED)


def _expiry(form: Typed) -> dict[str, Any]:
    runs = form.choice("expiry_runs", RUNS, "never")
    months = form.whole("expiry_months", 0, MOST_MONTHS) or 0
    days = form.whole("expiry_days", 0, MOST_DAYS) or 0
    month = form.whole("expiry_month", 1, 12) or 12
    day = form.whole("expiry_day", 1, 31) or 31
    if runs in ("age", "inactivity") and not months + days:
        form.wrong("expiry_months", _("Say after how many months or days."))
    if runs == "calendar" and day > monthrange(2024, month)[1]:
        form.wrong("expiry_day", _("This month has no such day."))
    return {
        "runs": runs,
        "months": months,
        "days": days,
        "month_end": form.flag("expiry_month_end"),
        "month": month,
        "day": day,
    }


def _worth(form: Typed, currency: str) -> int:
    """Return what a thousand points are worth, in minor units."""
    amount = form.number("thousand_worth") or Decimal(0)
    known = currency in Locale.parse("en").currencies
    minor = amount.scaleb(get_currency_precision(currency) if known else 2)
    if minor != int(minor) or minor > MOST_WORTH:
        form.wrong("thousand_worth", _("Write an amount of the currency, such as 5.00."))
    return int(minor)


def _share(form: Typed) -> int:
    """Return a share typed in percent, in hundredths of a percent."""
    hundredths = (form.number("breakage") or Decimal(0)) * 100
    if hundredths != int(hundredths) or hundredths > MOST_BREAKAGE:
        form.wrong("breakage", _("Write a share below 100, with at most two decimals."))
    return int(hundredths)


def _required(form: Typed, name: str, most: int) -> int:
    found = form.whole(name, 1, most)
    if found is None:
        form.wrong(name, _("Write a number from %(least)s to %(most)s.", least=1, most=most))
    return found or 1
