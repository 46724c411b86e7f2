"""The form of a programme's tiers: the ladder, what counts, how one falls, the benefits."""

from decimal import Decimal
from typing import Any, Final, get_args

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_loyalty.models import CodeSet, Programme
from guanxi_loyalty.pages.typed import Typed, key_for, plain
from guanxi_loyalty.texts import _
from guanxi_loyalty.tiers.policy import SCALE, Basis, Downgrade, Policy, Window
from guanxi_loyalty.wording import title_of

MOST: Final = 12
SPARE: Final = 2
RENAMED: Final = {"tiers": "tier-0-title_en", "definition": "form"}
_MOST_POINTS: Final = 10**12


def form_of(policy: Policy, versions: int) -> Typed:
    """Return the form filled with a policy."""
    values = {
        "version": str(versions),
        "basis": policy.basis,
        "window": policy.window,
        "months": str(policy.months),
        "downgrade": policy.downgrade,
        "soft_landing": "1" if policy.soft_landing else "",
        "grace_months": str(policy.grace_months),
    }
    for number, tier in enumerate(policy.tiers):
        threshold = Decimal(tier.threshold)
        if policy.basis == "spend":
            threshold /= SCALE
        values |= {
            f"tier-{number}-key": tier.key,
            f"tier-{number}-title_en": tier.title_en,
            f"tier-{number}-title_zh": tier.title_zh,
            f"tier-{number}-threshold": plain(threshold),
            f"tier-{number}-multiplier": plain(tier.multiplier),
            f"tier-{number}-free_shipping": "1" if tier.free_shipping else "",
            f"tier-{number}-voucher": tier.voucher or "",
        }
    return Typed(values)


def read_tiers_form(session: Session, programme: Programme, form: Typed) -> dict[str, Any]:
    """Return the definition in the form; what is wrong is noted at its field."""
    basis = form.choice("basis", get_args(Basis), "qualifying")
    downgrade = form.choice("downgrade", get_args(Downgrade), "period_end")
    soft_landing = form.flag("soft_landing")
    if soft_landing and downgrade == "at_once":
        form.wrong("soft_landing", _("A soft landing needs a period."))
    tiers = _tiers(form, basis, voucher_options(session, programme))
    if not tiers:
        form.wrong("tier-0-title_en", _("Give at least one tier."))
    elif tiers[0]["threshold"]:
        form.wrong("tier-0-threshold", _("The first tier begins at 0: everybody is in it."))
    return {
        "tiers": tiers,
        "basis": basis,
        "window": form.choice("window", get_args(Window), "rolling"),
        "months": form.whole("months", 1, 120) or 12,
        "downgrade": downgrade,
        "soft_landing": soft_landing,
        "grace_months": form.whole("grace_months", 0, 24) or 0,
    }


def voucher_options(session: Session, programme: Programme) -> dict[str, str]:
    """Return the sets of codes that can be given on reaching a tier, by key."""
    wanted = select(CodeSet).where(CodeSet.programme_id == programme.id, CodeSet.kind == "bulk")
    found = session.scalars(wanted.order_by(CodeSet.key))
    return {one.key: title_of(one, web.language()) for one in found}


def draw_form(session: Session, programme: Programme, form: Typed, *, first: bool) -> str:
    """Draw the page."""
    filled = [n for n in range(MOST) if _is_filled(form, n)]
    spare = [n for n in range(MOST) if n not in filled][:SPARE]
    return render_template(
        "loyalty/tiers_edit.html",
        programme=programme,
        title=title_of(programme, web.language()),
        form=form,
        first=first,
        numbers=[*filled, *spare],
        vouchers=list(voucher_options(session, programme).items()),
        bases=[("qualifying", _("tier points")), ("spend", _("what was spent"))],
        windows=[
            ("rolling", _("the last months")),
            ("calendar", _("this calendar year")),
            ("anniversary", _("since the last anniversary of joining")),
            ("lifetime", _("all that was ever earned")),
        ],
        downgrades=[
            ("period_end", _("at the end of the period in which it was too little")),
            ("at_once", _("at once")),
        ],
    )


def _is_filled(form: Typed, number: int) -> bool:
    names = ("title_en", "title_zh", "threshold")
    return any(form.get(f"tier-{number}-{name}") for name in names)


def _tiers(form: Typed, basis: str, vouchers: dict[str, str]) -> list[dict[str, Any]]:
    """Return the ladder, from the lowest threshold on; a row without titles is none."""
    found: list[dict[str, Any]] = []
    taken = [form.get(f"tier-{n}-key") for n in range(MOST)]
    for number in range(MOST):
        if not _is_filled(form, number):
            continue
        tier = _tier(form, f"tier-{number}-", basis, vouchers)
        if not tier["key"]:
            title = tier["title_en"] or "tier"
            tier["key"] = key_for(title, [*taken, *(one["key"] for one in found)], "tier")
        if any(one["threshold"] == tier["threshold"] for one in found):
            form.wrong(f"tier-{number}-threshold", _("Another tier begins here already."))
        found.append(tier)
    return sorted(found, key=lambda one: one["threshold"])


def _tier(form: Typed, prefix: str, basis: str, vouchers: dict[str, str]) -> dict[str, Any]:
    title_en, title_zh = form.text(prefix + "title_en"), form.text(prefix + "title_zh")
    if not title_en and not title_zh:
        form.wrong(prefix + "title_en", _("Give it a title, in one of the languages."))
    multiplier = form.number(prefix + "multiplier", above_zero=True)
    if multiplier is not None and not 1 <= multiplier <= 100:
        form.wrong(prefix + "multiplier", _("Write a number from 1 to 100."))
    stored = form.get(prefix + "voucher")
    return {
        "key": form.text(prefix + "key", most=40),
        "title_en": title_en or title_zh,
        "title_zh": title_zh or title_en,
        "threshold": _threshold(form, prefix + "threshold", basis),
        "multiplier": plain(multiplier) or "1",
        "free_shipping": form.flag(prefix + "free_shipping"),
        "voucher": form.choice(prefix + "voucher", vouchers) or None if stored else None,
    }


def _threshold(form: Typed, name: str, basis: str) -> int:
    """Return a threshold as it is stored: points, or hundredths of the currency."""
    if basis != "spend":
        return form.whole(name, 0, _MOST_POINTS) or 0
    amount = form.number(name) or Decimal(0)
    if amount * SCALE != int(amount * SCALE):
        form.wrong(name, _("Write an amount with at most two decimals."))
    return int(amount * SCALE)
