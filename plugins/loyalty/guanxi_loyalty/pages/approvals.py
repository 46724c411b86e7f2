"""What waits for a second person: confirm it, refuse it, or withdraw one's own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, current, customers, web
from guanxi_loyalty.adjustments import Person, approve, refuse, waiting, withdraw
from guanxi_loyalty.adjustments.deciding import find_request
from guanxi_loyalty.models import AdjustmentRequest, Programme, Unit
from guanxi_loyalty.pages.blueprint import GRANT, pages
from guanxi_loyalty.pages.forms import REFUSALS, words
from guanxi_loyalty.pages.words import titled
from guanxi_loyalty.staff import person
from guanxi_loyalty.texts import _

Answer = str | Response | tuple[str, int]


@pages.get("/approvals", permission=GRANT)
def approvals() -> str:
    """All that waits for members within sight, the oldest first."""
    return _draw()


@pages.post("/approvals/<uuid:request_id>/approve", permission=GRANT)
def approve_request(request_id: UUID) -> Answer:
    """Confirm an adjustment that somebody else asked for; it is made now."""

    def work(session: Session, who: Person) -> str:
        approve(session, request_id, who, now=current.now())
        return _("Confirmed and done.")

    return _decide(request_id, work)


@pages.post("/approvals/<uuid:request_id>/refuse", permission=GRANT)
def refuse_request(request_id: UUID) -> Answer:
    """Turn it down."""

    def work(session: Session, who: Person) -> str:
        refuse(session, request_id, who, words("answer", needed=False), now=current.now())
        return _("Refused.")

    return _decide(request_id, work)


@pages.post("/approvals/<uuid:request_id>/withdraw", permission=GRANT)
def withdraw_request(request_id: UUID) -> Answer:
    """Withdraw what one has asked for oneself."""

    def work(session: Session, who: Person) -> str:
        withdraw(session, request_id, who, now=current.now())
        return _("Withdrawn.")

    return _decide(request_id, work)


def _decide(request_id: UUID, work: Callable[[Session, Person], str]) -> Answer:
    session, who = current.tx(), person()
    customers.get(session, find_request(session, request_id).customer_id)
    try:
        said = work(session, who)
    except REFUSALS as error:
        web.drop_transaction()
        return _draw(web.sentence(error)), error.status
    flash(said, "success")
    fallback = url_for("loyalty.approvals")
    return redirect(web.safe_path(request.form.get("back"), fallback))


def _draw(error: str = "") -> str:
    session = current.session()
    found = waiting(session)
    names = _names(session, {one.customer_id for one in found})
    units = _units(session, {one.unit_id for one in found})
    mine = current.principal().user_id
    rows = [_row(one, names, units, mine) for one in found]
    return render_template("loyalty/approvals.html", rows=rows, error=error)


def _row(
    one: AdjustmentRequest,
    names: dict[UUID, str],
    units: dict[UUID, tuple[str, str]],
    mine: UUID | None,
) -> dict[str, Any]:
    unit, programme = units[one.unit_id]
    url = url_for("loyalty.customer", customer_id=one.customer_id, programme=programme)
    return {
        "id": one.id,
        "customer": names.get(one.customer_id, ""),
        "url": url,
        "amount": one.amount,
        "unit": unit,
        "reason": one.reason,
        "asked_name": one.asked_name,
        "asked_at": one.asked_at,
        "mine": one.asked_by == mine,
    }


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Customer.id, Customer.display_name).where(Customer.id.in_(ids)))
    return {row.id: row.display_name or "" for row in rows}


def _units(session: Session, ids: set[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = session.execute(
        select(Unit, Programme.key)
        .join(Programme, Programme.id == Unit.programme_id)
        .where(Unit.id.in_(ids))
    )
    return {unit.id: (titled(unit), programme) for unit, programme in rows}
