"""What a programme has decided about its points: when they run out, whether debts are allowed.

A programme keeps its policies as JSON; :func:`read_policies` checks them. They decide about what
is earned from then on: the instants of a lot never move when a policy changes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, get_args

from guanxi.sdk import Invalid
from guanxi_loyalty.texts import N_

Runs = Literal["never", "age", "calendar", "inactivity"]
Rounding = Literal["down", "half_up", "up"]
MOST_MONTHS: Final = 1200
MOST_DAYS: Final = 36500
MOST_WORTH: Final = 10**12
MOST_BREAKAGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Expiry:
    """When units run out (过期), always at the end of a day in the programme's time zone.

    ``age``: ``months`` and ``days`` after they were earned, up to the end of that month with
    ``month_end``. ``calendar``: on the first day ``month``/``day`` that lies at least ``months``
    after they were earned. ``inactivity``: ``months`` and ``days`` after the member last earned
    or spent anything.
    """

    runs: Runs = "never"
    months: int = 0
    days: int = 0
    month_end: bool = False
    month: int = 12
    day: int = 31


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of a programme.

    :param pending_days: before earned units can be spent (待生效).
    :param rounding: of fractions of a unit.
    :param after_rewards: earn on what was paid after vouchers, not on the full price.
    :param debts: a balance may fall below zero when earned units are taken back.
    :param grace_days: units put back after they had run out live that long again; 0: not at all.
    :param adjust_limit: adjustments above it need a second person; None: never.
    :param hold_minutes: how long units stay set aside.
    :param thousand_worth: the stand-alone selling price of a thousand units in minor units of the
        currency (单独售价): what they buy at rewards, times how likely they are to be spent
        (IFRS 15, B42). 0: nobody said. It is the price when units are given; leave it alone when
        the likelihood is estimated anew (paragraph 88), which is what ``breakage`` is for.
    :param breakage: which part of all units is now expected never to be spent (预计失效率, IFRS 15,
        B46), in hundredths of a percent.
    """

    expiry: Expiry = field(default_factory=Expiry)
    pending_days: int = 0
    rounding: Rounding = "down"
    after_rewards: bool = True
    debts: bool = False
    grace_days: int = 0
    adjust_limit: int | None = 1000
    hold_minutes: int = 15
    thousand_worth: int = 0
    breakage: int = 0


def read_policies(stored: Mapping[str, Any]) -> Policies:
    """Return the policies in a JSON object; what it leaves out has its default.

    :raises Invalid: an unknown name, a wrong type, or a value out of range; says which.
    """
    values = dict(_known(stored, Policies, ""))
    expiry = values.pop("expiry", {})
    if not isinstance(expiry, Mapping):
        raise _wrong("expiry")
    policies = Policies(expiry=Expiry(**_known(expiry, Expiry, "expiry.")), **values)
    _check(policies)
    return policies


def write_policies(policies: Policies) -> dict[str, Any]:
    """Return the JSON object that :func:`read_policies` reads."""
    return asdict(policies)


def _known(stored: Mapping[str, Any], kind: type, prefix: str) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    for name in stored:
        if name not in names:
            raise Invalid(
                N_("There is no policy %(name)s."), name=f"{prefix}{name}", fields={"policies": []}
            )
    return dict(stored)


def _check(policies: Policies) -> None:
    expiry = policies.expiry
    _whole("expiry.months", expiry.months, 0, MOST_MONTHS)
    _whole("expiry.days", expiry.days, 0, MOST_DAYS)
    _whole("expiry.month", expiry.month, 1, 12)
    _whole("expiry.day", expiry.day, 1, 31)
    _whole("pending_days", policies.pending_days, 0, MOST_DAYS)
    _whole("grace_days", policies.grace_days, 0, MOST_DAYS)
    _whole("hold_minutes", policies.hold_minutes, 1, 60 * 24 * 31)
    _whole("thousand_worth", policies.thousand_worth, 0, MOST_WORTH)
    _whole("breakage", policies.breakage, 0, MOST_BREAKAGE)
    if policies.adjust_limit is not None:
        _whole("adjust_limit", policies.adjust_limit, 0, 2**53)
    for name, value in (
        ("expiry.month_end", expiry.month_end),
        ("after_rewards", policies.after_rewards),
        ("debts", policies.debts),
    ):
        if not isinstance(value, bool):
            raise _wrong(name)
    if expiry.runs not in get_args(Runs):
        raise _wrong("expiry.runs")
    if policies.rounding not in get_args(Rounding):
        raise _wrong("rounding")
    if expiry.runs in ("age", "inactivity") and not expiry.months + expiry.days:
        raise _wrong("expiry.months")


def _whole(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(name)


def _wrong(name: str) -> Invalid:
    return Invalid(N_("The policy %(name)s has no valid value."), name=name)
