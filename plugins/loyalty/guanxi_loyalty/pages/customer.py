"""One member in full: what there is, the tier, movements, rewards, codes, the own page's link."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Customer, Invalid, NotFound, current, customers, web
from guanxi_loyalty.adjustments import requests_of
from guanxi_loyalty.index import index_of
from guanxi_loyalty.models import Programme, TierChange, Unit
from guanxi_loyalty.pages.blueprint import VIEW, pages
from guanxi_loyalty.pages.forms import kept_key, new_key
from guanxi_loyalty.pages.link_values import link_values
from guanxi_loyalty.pages.member_points import points_values
from guanxi_loyalty.pages.member_things import (
    cards,
    codes,
    offers,
    referral_values,
    rewards_taken,
    surprise_values,
)
from guanxi_loyalty.pages.member_values import programmes, tier_values, unit_values, units
from guanxi_loyalty.pages.timeline import tier_titles
from guanxi_loyalty.pages.words import CAUSES, REQUESTS, state_of, titled
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.schemas.index import shown_index
from guanxi_loyalty.texts import N_, _

FORMS: Final = ("adjust", "redeem", "transfer", "reward", "surprise")
CHANGES: Final = 30


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that came back: which one, and what is wrong, by field."""

    form: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    spent: bool = False
    """Its key was used for something else, so it gets another."""


@pages.get("/customers/<uuid:customer_id>", permission=VIEW)
def customer(customer_id: UUID) -> str | Response:
    """Everything about one member in one programme."""
    found = customers.get(current.session(), customer_id)
    wanted = request.args.get("programme")
    if found.id != customer_id:
        return redirect(url_for("loyalty.customer", customer_id=found.id, programme=wanted))
    opened = request.args.get("open", "")
    return draw(found, wanted, Returned(opened if opened in FORMS else ""))


def draw(found: Customer, key: str | None, form: Returned) -> str:
    """Return the page of a member; a form that came back stands open."""
    session = current.session()
    every = programmes(session)
    if not every:
        return render_template("loyalty/customer_none.html", customer=found, name=_name(found))
    programme = find_programme(session, key) if key else every[0]
    living = found.erased_at is None
    own = units(session, programme)
    shown = _chosen(own, request.values.get("unit"))
    has = [unit_values(session, *unit, found.id, now=current.now()) for unit in own]
    qualifying = next((one["title"] for one in has if one["kind"] == "qualifying"), "")
    return render_template(
        "loyalty/customer.html",
        customer=found,
        living=living,
        name=_name(found),
        programme=programme,
        programme_title=titled(programme),
        tabs=[_tab(found.id, one, programme) for one in every],
        units=has,
        unit=shown,
        tier=tier_values(session, programme, found.id, qualifying, now=current.now()),
        changes=_changes(session, programme, found.id),
        index=shown_index(index_of(session, found.id, now=current.now())) if living else None,
        rewards=rewards_taken(session, programme, found.id),
        codes=codes(session, programme, found.id),
        cards=cards(session, programme, found.id),
        offers=offers(session, programme, found.id) if living else [],
        referral=referral_values(session, programme, found.id),
        surprise=surprise_values(session, programme) if living else None,
        requests=_requests(session, found.id, programme),
        link=link_values(session, found.id),
        limit=_limit(own),
        returned=form,
        typed=request.form,
        key=new_key() if form.spent else kept_key(),
        **points_values(session, shown[0], found.id),
    )


def returned(form: str, error: Any) -> Returned:
    """Return a form with what is wrong with it."""
    return Returned(form, errors_of(plain(error)), spent=_spent(error))


def plain(error: Any) -> Any:
    """Return an error as the staff read it: they know nothing of keys."""
    if not _spent(error):
        return error
    return Conflict(
        N_("This form was sent before with something else in it. Look at what was done already.")
    )


def _spent(error: Any) -> bool:
    return isinstance(error, Conflict) and "key" in error.params


def errors_of(error: Any) -> dict[str, str]:
    """Return what went wrong by the field that it is about, or of the form as a whole."""
    names = error.fields if isinstance(error, Invalid) else {}
    return dict.fromkeys(names or ("form",), web.sentence(error))


def _name(found: Customer) -> str:
    return found.display_name or _("Erased customer")


def _chosen(own: list[tuple[Any, str]], wanted: str | None) -> tuple[Any, str]:
    if not own:
        raise NotFound(N_("The programme counts nothing."))
    return next((one for one in own if one[0].key == wanted), own[0])


def _limit(own: list[tuple[Any, str]]) -> int | None:
    limit: int | None = own[0][0].policies.adjust_limit
    return limit


def _tab(customer_id: UUID, one: Programme, shown: Programme) -> dict[str, Any]:
    return {
        "title": titled(one),
        "url": url_for("loyalty.customer", customer_id=customer_id, programme=one.key),
        "active": one.id == shown.id,
    }


def _changes(session: Session, programme: Programme, customer_id: UUID) -> list[dict[str, Any]]:
    wanted = select(TierChange).where(
        TierChange.programme_id == programme.id, TierChange.customer_id == customer_id
    )
    latest = wanted.order_by(TierChange.at.desc(), TierChange.number.desc()).limit(CHANGES)
    titles = tier_titles(session, {programme.id})
    return [
        {
            "at": one.at,
            "before": titles.get((programme.id, one.before or ""), one.before or ""),
            "after": titles.get((programme.id, one.after), one.after),
            "cause": str(CAUSES.get(one.cause, one.cause)),
            "counted": one.counted,
        }
        for one in session.scalars(latest)
    ]


def _requests(session: Session, customer_id: UUID, programme: Programme) -> list[dict[str, Any]]:
    own = session.scalars(select(Unit).where(Unit.programme_id == programme.id))
    titles = {unit.id: titled(unit) for unit in own}
    return [
        {
            "id": one.id,
            "amount": one.amount,
            "unit": titles[one.unit_id],
            "reason": one.reason,
            "state": state_of(REQUESTS, one.state),
            "waits": one.state == "waiting",
            "asked_name": one.asked_name,
            "asked_at": one.asked_at,
            "decided_name": one.decided_name,
            "answer": one.answer,
        }
        for one in requests_of(session, customer_id)
        if one.unit_id in titles
    ]
