"""One gift card: balance and movements; loaded, blocked, made to work longer."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Customer, Invalid, NotFound, Refused, current, web
from guanxi_loyalty import gift_cards as cards
from guanxi_loyalty.gift_cards.expiring import work_longer
from guanxi_loyalty.gift_cards.outstanding import seen
from guanxi_loyalty.gift_cards.postings import CardAsk
from guanxi_loyalty.models import GiftCard, GiftCardActivity, Programme
from guanxi_loyalty.pages.amounts import last_day_text, read_last_day, required_amount
from guanxi_loyalty.pages.blueprint import GRANT, MANAGE, VIEW, pages
from guanxi_loyalty.pages.card_list import STATES, card_state
from guanxi_loyalty.pages.forms import actor, form_key, kept_key
from guanxi_loyalty.pages.typed import Typed
from guanxi_loyalty.pages.words import money_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import N_, _, lazy_
from guanxi_loyalty.wording import title_of

Answer = str | tuple[str, int] | Response
CARD: Final = "/programmes/<key>/gift-cards/<uuid:card_id>"
KINDS: Final[Mapping[str, Any]] = {
    "load": lazy_("Loaded"),
    "redeem": lazy_("Paid with"),
    "refund": lazy_("Refunded"),
    "block": lazy_("Blocked"),
    "unblock": lazy_("Works again"),
    "expire": lazy_("Run out: written off"),
}
_REFUSALS: Final = (Invalid, Conflict, Refused)
_SHOWN: Final = 100
_MOST_WORDS: Final = 500


@pages.get(CARD, permission=VIEW)
def show_gift_card(key: str, card_id: UUID) -> str:
    """One card, without its code."""
    session = current.session()
    programme = find_programme(session, key)
    return _draw(session, programme, _card(session, programme, card_id), Typed())


@pages.post(f"{CARD}/load", permission=GRANT)
def load_gift_card(key: str, card_id: UUID) -> Answer:
    """Load a card with more; a form that is sent twice loads once."""

    def load(session: Session, ask: CardAsk, form: Typed) -> None:
        amount = required_amount(form, "amount", ask.programme.currency)
        if not form.errors:
            cards.load(session, ask, card_id, amount)

    return _do(key, card_id, load, _("Loaded."))


@pages.post(f"{CARD}/block", permission=MANAGE)
def block_gift_card(key: str, card_id: UUID) -> Answer:
    """Let nobody pay with a card any more, or let it work again."""
    blocked = request.form.get("blocked") == "1"

    def switch(session: Session, ask: CardAsk, form: Typed) -> None:
        reason = _reason(form, "block_reason")
        if not form.errors:
            (cards.block if blocked else cards.unblock)(session, ask, card_id, reason)

    return _do(key, card_id, switch, _("Blocked.") if blocked else _("It works again."))


@pages.post(f"{CARD}/longer", permission=MANAGE)
def let_card_work_longer(key: str, card_id: UUID) -> Answer:
    """Let a card run out later, or never."""

    def extend(session: Session, ask: CardAsk, form: Typed) -> None:
        until = read_last_day(form, "expires_at", ask.programme)
        reason = _reason(form, "longer_reason")
        if not form.errors:
            work_longer(session, ask, card_id, until, reason)

    return _do(key, card_id, extend, _("Saved."))


def _do(key: str, card_id: UUID, work: Callable[..., None], said: str) -> Answer:
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    _card(session, programme, card_id)
    ask = CardAsk(programme, f"page:{form_key()}", current.now(), actor())
    status = 422
    try:
        work(session, ask, form)
    except _REFUSALS as error:
        form.complain(error)
        status = error.status
    if form.errors:
        web.drop_transaction()
        session = current.session()
        programme = find_programme(session, key)
        return _draw(session, programme, _card(session, programme, card_id), form), status
    flash(said, "success")
    return redirect(url_for("loyalty.show_gift_card", key=key, card_id=card_id))


def _reason(form: Typed, name: str) -> str:
    found = form.text(name, most=_MOST_WORDS)
    if not found:
        form.wrong(name, _("Say why."))
    return found


def _card(session: Session, programme: Programme, card_id: UUID) -> GiftCard:
    wanted = select(GiftCard).where(GiftCard.id == card_id, seen(session))
    card = session.scalars(wanted).one_or_none()
    if card is None or card.programme_id != programme.id:
        raise NotFound(N_("There is no such gift card."))
    return card


def _draw(session: Session, programme: Programme, card: GiftCard, form: Typed) -> str:
    text, tone = STATES[card_state(card, current.now())]
    last_day = last_day_text(card.expires_at, programme)
    form.values.setdefault("expires_at", last_day)
    return render_template(
        "loyalty/gift_card.html",
        programme=programme,
        programme_title=title_of(programme, web.language()),
        card=card,
        state=text,
        tone=tone,
        balance=money_of(card.balance, card.currency),
        last_day=last_day,
        holder=_holder(session, card),
        movements=[_movement(one, card) for one in _activities(session, card)],
        form=form,
        key=kept_key(),
    )


def _activities(session: Session, card: GiftCard) -> list[GiftCardActivity]:
    wanted = select(GiftCardActivity).where(GiftCardActivity.card_id == card.id)
    latest = wanted.order_by(GiftCardActivity.at.desc(), GiftCardActivity.id.desc())
    return list(session.scalars(latest.limit(_SHOWN)))


def _movement(one: GiftCardActivity, card: GiftCard) -> dict[str, Any]:
    return {
        "at": one.at,
        "kind": KINDS[one.kind],
        "amount": money_of(one.amount, card.currency) if one.amount else None,
        "balance": money_of(one.balance_after, card.currency),
        "document": one.document,
        "by": one.actor_name,
    }


def _holder(session: Session, card: GiftCard) -> Customer | None:
    wanted = select(Customer).where(Customer.id == card.customer_id, Customer.erased_at.is_(None))
    return session.scalars(wanted).one_or_none() if card.customer_id else None
