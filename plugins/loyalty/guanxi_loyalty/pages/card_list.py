"""Gift cards: what is outstanding, the list, one found by its code."""

from datetime import datetime
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, Invalid, Refused, current, web
from guanxi_loyalty import gift_cards as cards
from guanxi_loyalty.api.tries import guarded
from guanxi_loyalty.gift_cards.outstanding import outstanding, seen
from guanxi_loyalty.models import GiftCard, Programme
from guanxi_loyalty.pages.amounts import last_day_text
from guanxi_loyalty.pages.blueprint import GRANT, VIEW, pages
from guanxi_loyalty.pages.code_lookup import typed_code
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.paging import PAGE, cursor_after, paged
from guanxi_loyalty.pages.words import money_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import _, lazy_
from guanxi_loyalty.vouchers.secrecy import NotUsable
from guanxi_loyalty.wording import title_of

Answer = str | tuple[str, int] | Response
STATES: Final = {
    "active": (lazy_("Can be paid with"), "success"),
    "empty": (lazy_("Empty"), "neutral"),
    "blocked": (lazy_("Blocked"), "danger"),
    "over": (lazy_("Run out"), "neutral"),
}


@pages.get("/gift-cards", permission=VIEW)
def gift_cards() -> str:
    """The cards of one programme, the latest first, and what lies on all of them."""
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/gift_cards.html", programme=None)
    return _draw(session, programme)


@pages.post("/programmes/<key>/gift-cards/look", permission=GRANT)
def find_gift_card(key: str) -> Answer:
    """Find a card by its code; wrong ones are counted, as at the till."""
    typed = request.form.get("code", "")[:200]
    try:
        with guarded(None):
            session = current.session()
            card_id = cards.find_card(session, find_programme(session, key), typed_code())
    except (Invalid, Refused) as error:
        web.drop_transaction()
        session = current.session()
        said = _("There is no such card.") if isinstance(error, NotUsable) else web.sentence(error)
        return _draw(session, find_programme(session, key), typed, said), error.status
    return redirect(url_for("loyalty.show_gift_card", key=key, card_id=card_id))


def card_state(card: GiftCard, now: datetime) -> str:
    """Return how a card stands: active, empty, blocked or over."""
    if card.expires_at is not None and card.expires_at <= now:
        return "over"
    if card.state == "blocked":
        return "blocked"
    return "active" if card.balance else "empty"


def _draw(session: Session, programme: Programme, typed: str = "", error: str = "") -> str:
    filters = {name: request.args.get(name, "")[:100] for name in ("q", "state")}
    wanted = paged(_wanted(session, programme, filters), GiftCard.issued_at, GiftCard.id)
    found = session.execute(wanted).all()
    rows, more = found[:PAGE], len(found) > PAGE
    chosen = {name: value for name, value in filters.items() if value}
    here: dict[str, Any] = {"programme": programme.key, **chosen}
    total = outstanding(session, programme, now=current.now())
    names = ("usable", "blocked", "over", "breakage", "liability")
    return render_template(
        "loyalty/gift_cards.html",
        programme=programme,
        title=title_of(programme, web.language()),
        choices=programme_options(session),
        filters=filters,
        states=[(name, text) for name, (text, _tone) in STATES.items()],
        rows=[_row(card, holder, programme) for card, holder in rows],
        cards=total.cards,
        sums={name: money_of(getattr(total, name), programme.currency) for name in names},
        typed=typed,
        error=error,
        next_url=url_for(
            "loyalty.gift_cards",
            after=cursor_after(rows[-1][0].issued_at, rows[-1][0].id),
            **here,
        )
        if more
        else None,
        first_url=url_for("loyalty.gift_cards", **here) if "after" in request.args else None,
    )


def _wanted(session: Session, programme: Programme, filters: dict[str, str]) -> Any:
    wanted: Any = (
        select(GiftCard, Customer)
        .outerjoin(Customer, Customer.id == GiftCard.customer_id)
        .where(GiftCard.programme_id == programme.id, seen(session))
    )
    now = current.now()
    over = and_(GiftCard.expires_at.is_not(None), GiftCard.expires_at <= now)
    living = or_(GiftCard.expires_at.is_(None), GiftCard.expires_at > now)
    of_state = {
        "over": over,
        "blocked": and_(living, GiftCard.state == "blocked"),
        "active": and_(living, GiftCard.state == "active", GiftCard.balance > 0),
        "empty": and_(living, GiftCard.state == "active", GiftCard.balance == 0),
    }
    if filters["state"] in of_state:
        wanted = wanted.where(of_state[filters["state"]])
    if filters["q"].strip():
        serial = filters["q"].strip().upper().replace("\0", "")
        wanted = wanted.where(GiftCard.serial.startswith(serial, autoescape=True))
    return wanted


def _row(card: GiftCard, holder: Customer | None, programme: Programme) -> dict[str, Any]:
    text, tone = STATES[card_state(card, current.now())]
    return {
        "one": card,
        "url": url_for("loyalty.show_gift_card", key=programme.key, card_id=card.id),
        "balance": money_of(card.balance, card.currency),
        "last_day": last_day_text(card.expires_at, programme),
        "holder": holder.display_name if holder else None,
        "holder_url": url_for("customers.show", customer_id=holder.id) if holder else None,
        "state": text,
        "tone": tone,
    }
