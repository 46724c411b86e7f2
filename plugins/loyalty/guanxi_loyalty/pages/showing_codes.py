"""A code to be scanned at the till: of a voucher, a gift card, or the member's own.

Only hashes are kept of the first two, so showing one makes it anew; see ``vouchers.revealing``.
"""

from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, current, record, web
from guanxi_loyalty import symbols
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.blueprint import GRANT, pages
from guanxi_loyalty.pages.carrying_out import Answer, Work, living
from guanxi_loyalty.pages.commands import MEMBER
from guanxi_loyalty.pages.customer import draw, returned
from guanxi_loyalty.pages.forms import REFUSALS, form_key
from guanxi_loyalty.pages.member_things import card_values, code_values
from guanxi_loyalty.pages.words import titled
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.owned import cards_of, codes_of
from guanxi_loyalty.vouchers.revealing import reveal_card, reveal_code
from guanxi_loyalty.vouchers.secrecy import spaced


@pages.post(f"{MEMBER}/codes/<uuid:thing_id>/show", permission=GRANT)
def show_code(customer_id: UUID, programme: str, thing_id: UUID) -> Answer:
    """Show a personal code as QR code and bars, to be printed or scanned."""
    return _show(customer_id, programme, thing_id, "code")


@pages.post(f"{MEMBER}/cards/<uuid:thing_id>/show", permission=GRANT)
def show_card(customer_id: UUID, programme: str, thing_id: UUID) -> Answer:
    """Show a gift card's code as QR code and bars."""
    return _show(customer_id, programme, thing_id, "card")


def revealed(
    session: Session,
    programme: Programme,
    customer_id: UUID,
    kind: str,
    thing_id: UUID,
    *,
    taken_only: bool = False,
) -> dict[str, Any]:
    """Return a member's code or card made anew, with what a till scans.

    :param taken_only: no gift card that was bought: somebody else may hold its code.
    :raises NotFound: it is not the member's.
    :raises Refused: it was used or blocked.
    """
    now, key = current.now(), form_key()
    if kind == "card":
        found = cards_of(session, programme.id, customer_id, now=now, card_id=thing_id)
        shown = [card_values(one, programme) for one in found if one.taken or not taken_only]
    else:
        own = codes_of(session, programme.id, customer_id, now=now, code_id=thing_id)
        shown = [code_values(one, programme) for one in own]
    if not shown:
        raise NotFound(N_("There is no such code."))
    code = (reveal_card if kind == "card" else reveal_code)(session, thing_id, key)
    record(session, f"loyalty.{kind}_shown", (f"loyalty_{kind}", shown[0]["name"]))
    return {**shown[0], "kind": kind, **scanned(code)}


def scanned(code: str) -> dict[str, str]:
    """Return a code as people read it, and as tills scan it."""
    return {"code": spaced(code), "qr": symbols.qr_code(code), "bars": symbols.bars(code)}


def _show(customer_id: UUID, programme: str, thing_id: UUID, kind: str) -> Answer:
    session = current.tx()
    customer, found = living(session, customer_id), find_programme(session, programme)
    at = Work(session, customer, found, kind)
    try:
        thing = revealed(session, at.programme, at.customer.id, kind, thing_id)
    except REFUSALS as error:
        web.drop_transaction()
        again = living(current.session(), customer_id)
        return draw(again, programme, returned("codes", error)), error.status
    return render_template(
        "loyalty/code.html",
        customer=at.customer,
        name=at.customer.display_name,
        programme=at.programme,
        programme_title=titled(at.programme),
        thing=thing,
    )
