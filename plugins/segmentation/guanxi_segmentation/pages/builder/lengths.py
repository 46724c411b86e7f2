"""Lengths of time as two fields: a number and a unit; months and years as so many days."""

import re
from typing import Final

from guanxi_segmentation.texts import _

UNITS: Final = ("H", "D", "W", "M", "Y")
_DAYS: Final = {"M": 30, "Y": 365}
_WRITTEN: Final = re.compile("P(?:([0-9]{1,6})([DW])|T([0-9]{1,6})(H))")


def unit_options(*, hours: bool = True) -> list[tuple[str, str]]:
    """Return the units that a length of time can have."""
    titles = {
        "H": _("hours"),
        "D": _("days"),
        "W": _("weeks"),
        "M": _("months of 30 days"),
        "Y": _("years of 365 days"),
    }
    return [(unit, titles[unit]) for unit in UNITS if hours or unit != "H"]


def written(number: str, unit: str) -> str:
    """Return the length as rules write it, ``P30D``; a number that is none stays as typed."""
    if not re.fullmatch("[0-9]{1,6}", number):
        return number
    if unit in _DAYS:
        return f"P{int(number) * _DAYS[unit]}D"
    return f"PT{number}H" if unit == "H" else f"P{number}{unit if unit in UNITS else 'D'}"


def fields_of(text: str) -> tuple[str, str]:
    """Return number and unit of a length as rules write it."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return text, "D"
    days, unit, hours, _hour = found.groups()
    return (hours, "H") if hours else (days, unit)
