"""A gift card issued: its code is shown once, to be printed or handed over."""

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, NotFound, Refused, current, customers, web
from guanxi_loyalty import gift_cards as cards
from guanxi_loyalty.gift_cards.postings import CardAsk
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.amounts import last_day_text, read_last_day, required_amount
from guanxi_loyalty.pages.blueprint import GRANT, pages
from guanxi_loyalty.pages.forms import actor, form_key, kept_key
from guanxi_loyalty.pages.showing_codes import scanned
from guanxi_loyalty.pages.typed import Typed
from guanxi_loyalty.pages.words import money_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import _

Answer = str | tuple[str, int] | Response
_REFUSALS: Final = (Invalid, Conflict, Refused)
_HITS: Final = 8


@pages.get("/programmes/<key>/gift-cards/new", permission=GRANT)
def new_gift_card(key: str) -> str:
    """The empty form."""
    return _draw(find_programme(current.session(), key), Typed())


@pages.post("/programmes/<key>/gift-cards/new", permission=GRANT)
def issue_gift_card(key: str) -> Answer:
    """Issue the card and show its code, this once."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    ask = CardAsk(programme, f"page:{form_key()}", current.now(), actor())
    amount = required_amount(form, "amount", programme.currency)
    ends = read_last_day(form, "expires_at", programme)
    holder, hits = _holder(session, form)
    status, made = 422, None
    if not form.errors:
        try:
            made = cards.issue(session, ask, amount, customer_id=holder, expires_at=ends)
        except _REFUSALS as error:
            form.complain(error)
            status = error.status
    if made is None:
        web.drop_transaction()
        return _draw(find_programme(current.session(), key), form, hits), status
    if made.code is None:
        flash(_("This card was issued and shown before."), "warning")
        return redirect(url_for("loyalty.show_gift_card", key=key, card_id=made.card_id))
    return render_template(
        "loyalty/gift_card_made.html",
        programme=programme,
        card=made,
        balance=money_of(made.balance, programme.currency),
        last_day=last_day_text(ends, programme),
        code=scanned(made.code),
    )


def _holder(session: Session, form: Typed) -> tuple[UUID | None, list[tuple[str, str]]]:
    """Return for whom a card is; several who are meant are offered to choose from."""
    chosen, text = form.get("customer_id"), form.text("customer_query", most=200)
    if chosen:
        try:
            found: UUID = customers.get(session, UUID(chosen)).id
        except (ValueError, NotFound):
            form.wrong("customer_query", _("There is no such customer."))
            return None, []
        return found, []
    if not text:
        return None, []
    hits = customers.search(session, text, limit=_HITS)
    if len(hits) == 1:
        return hits[0].id, []
    form.wrong(
        "customer_query",
        _("Choose who is meant.") if hits else _("There is no such customer."),
    )
    return None, [(str(one.id), _named(one)) for one in hits]


def _named(hit: Any) -> str:
    return ", ".join(one for one in (hit.name, hit.detail or hit.city) if one)


def _draw(programme: Programme, form: Typed, hits: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "loyalty/gift_card_new.html",
        programme=programme,
        form=form,
        hits=hits or [],
        key=kept_key(),
    )
