"""Budgets of small surprises: what each of the staff may give in a month, and gave."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, PreconditionFailed, Refused, current, web
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.amounts import amount_text, read_amount
from guanxi_loyalty.pages.blueprint import MANAGE, pages
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.typed import Typed
from guanxi_loyalty.pages.words import money_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.surprises.budgets import drop_budget, month_of, set_budget
from guanxi_loyalty.surprises.staff import StaffRow, months_of, shared_budget, staff_of
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import title_of

ALL: Final = "all"
"""What a form calls everybody who has no own budget."""
Answer = str | tuple[str, int] | Response
_REFUSALS: Final = (Invalid, Conflict, PreconditionFailed, Refused)


@pages.get("/budgets", permission=MANAGE)
def budgets() -> str:
    """Everybody who may give surprises, with what was used of the month."""
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/budgets.html", programme=None)
    return _draw(session, programme, Typed())


@pages.post("/programmes/<key>/budgets", permission=MANAGE)
def change_budget(key: str) -> Answer:
    """Say what one person may give, or everybody who has no own budget."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    monthly = read_amount(form, "monthly", programme.currency)
    who = _who(session, form, programme)
    if monthly is None and who is None:
        form.wrong("monthly", _("Write an amount from zero."))
    if not form.errors:
        try:
            _store(session, programme, who, monthly)
        except _REFUSALS as error:
            form.complain(error)
            return _again(key, form, error.status)
    if form.errors:
        return _again(key, form, 422)
    flash(_("Saved."), "success")
    return redirect(url_for("loyalty.budgets", programme=key))


def _store(session: Session, programme: Programme, who: UUID | None, monthly: int | None) -> None:
    seen = web.form_version()
    if monthly is None and who is not None:
        drop_budget(session, programme, who, expected_version=seen)
        return
    set_budget(
        session, programme, who, monthly or 0, now=current.now(), by=actor(), expected_version=seen
    )


def _who(session: Session, form: Typed, programme: Programme) -> UUID | None:
    asked = form.get("staff_id")
    if asked == ALL:
        return None
    month = month_of(programme, current.now())
    known = {str(one.id): one.id for one in staff_of(session, programme, month)}
    if asked not in known:
        form.wrong("form", _("Choose a person of the list."))
    return known.get(asked)


def _again(key: str, form: Typed, status: int) -> tuple[str, int]:
    web.drop_transaction()
    session = current.session()
    return _draw(session, find_programme(session, key), form), status


def _draw(session: Session, programme: Programme, form: Typed) -> str:
    now_month = month_of(programme, current.now())
    month = _asked_month(now_month)
    shared = shared_budget(session, programme)
    staff = staff_of(session, programme, month)
    months = sorted({now_month, month, *months_of(session, programme)}, reverse=True)
    everybody = {
        "id": ALL, "name": _("Everybody without an own budget"), "version": shared.version,
        "monthly": amount_text(shared.monthly, programme.currency),
    }  # fmt: skip
    rows = [_row(one, programme, shared.monthly) for one in staff]
    return render_template(
        "loyalty/budgets.html",
        programme=programme,
        title=title_of(programme, web.language()),
        choices=programme_options(session),
        month=month,
        months=[(one.isoformat(), f"{one:%Y-%m}") for one in months],
        everybody=_typed_over(everybody, form),
        rows=[_typed_over(row, form) for row in rows],
        used=money_of(sum(one.spent for one in staff), programme.currency),
        form=form,
    )


def _asked_month(otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get("month", "")).replace(day=1)
    except ValueError:
        return otherwise


def _row(one: StaffRow, programme: Programme, shared: int) -> dict[str, Any]:
    monthly = shared if one.own is None else one.own
    currency = programme.currency
    return {
        "id": str(one.id),
        "name": one.name,
        "version": one.version,
        "monthly": "" if one.own is None else amount_text(one.own, currency),
        "counts": money_of(monthly, currency),
        "spent": money_of(one.spent, currency),
        "left": money_of(max(monthly - one.spent, 0), currency),
        "share": min(100, one.spent * 100 // monthly) if monthly else (100 if one.spent else 0),
    }


def _typed_over(row: Mapping[str, Any], form: Typed) -> dict[str, Any]:
    """Return a row with what was typed into it, and what is wrong with that."""
    error = form.errors.get("monthly") or form.errors.get("form")
    if not form.errors or form.get("staff_id") != row["id"]:
        return {**row, "error": None}
    return {**row, "monthly": form.values.get("monthly", ""), "error": error}
