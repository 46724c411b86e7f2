"""One code looked up: how it stands, where it was used; blocked, or let work again.

Looking is throttled as it is at the till: who types wrong codes waits.
"""

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, Invalid, NotFound, Refused, current, customers, web
from guanxi_loyalty.api.tries import guarded
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.blueprint import GRANT, MANAGE, VIEW, pages
from guanxi_loyalty.pages.code_words import CODE_STATES, effect_in_words
from guanxi_loyalty.pages.forms import words
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.words import money_of, state_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import N_, _
from guanxi_loyalty.vouchers.changing import block_code as block
from guanxi_loyalty.vouchers.finding import FoundCode, find_code, find_code_by_id, uses_of
from guanxi_loyalty.vouchers.secrecy import NotUsable
from guanxi_loyalty.wording import title_of

Answer = str | tuple[str, int] | Response
_SHOWN: Final = 50


@pages.get("/codes/look", permission=GRANT)
def look_up_code() -> str:
    """Where a code is typed or scanned."""
    session = current.session()
    return _draw(session, asked_programme(session))


@pages.post("/programmes/<key>/codes/look", permission=GRANT)
def find_one_code(key: str) -> Answer:
    """Find the code that was typed."""
    typed = request.form.get("code", "")[:200]
    try:
        with guarded(None):
            session = current.session()
            found = find_code(session, find_programme(session, key), typed_code())
    except (Invalid, Refused) as error:
        web.drop_transaction()
        session = current.session()
        said = _("There is no such code.") if isinstance(error, NotUsable) else web.sentence(error)
        return _draw(session, find_programme(session, key), typed, said), error.status
    return redirect(url_for("loyalty.show_one_code", key=key, code_id=found.code.id))


@pages.get("/programmes/<key>/codes/one/<uuid:code_id>", permission=VIEW)
def show_one_code(key: str, code_id: UUID) -> str:
    """One code, without its text: how it stands and in which orders it was used."""
    session = current.session()
    programme = find_programme(session, key)
    found = _one(session, programme, code_id)
    state = state_of(CODE_STATES, found.state(current.now()))
    return render_template(
        "loyalty/code_one.html",
        programme=programme,
        code=found.code,
        set=found.set,
        set_title=title_of(found.set, web.language()),
        effect=effect_in_words(found.set, programme),
        state=state,
        owner=_customer(session, found.code.customer_id),
        uses=[_use(session, programme, use) for use in uses_of(session, code_id, _SHOWN)],
    )


@pages.post("/programmes/<key>/codes/one/<uuid:code_id>/block", permission=MANAGE)
def block_one_code(key: str, code_id: UUID) -> Response:
    """Let a code not work any more, or work again."""
    session = current.tx()
    found = _one(session, find_programme(session, key), code_id)
    blocked = request.form.get("blocked") == "1"
    try:
        block(session, found.set, found.code, blocked=blocked, reason=words("reason"))
    except (Invalid, Refused) as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
    else:
        flash(_("Blocked.") if blocked else _("It works again."), "success")
    return redirect(url_for("loyalty.show_one_code", key=key, code_id=code_id))


def typed_code() -> str:
    """Return the code that was typed or scanned.

    :raises Invalid: none was.
    """
    typed = request.form.get("code", "")[:200]
    if not typed.strip():
        raise Invalid(N_("Type or scan a code."))
    return typed


def _one(session: Session, programme: Programme, code_id: UUID) -> FoundCode:
    try:
        return find_code_by_id(session, programme, code_id)
    except NotUsable:
        raise NotFound(N_("There is no such code.")) from None


def _use(session: Session, programme: Programme, use: Any) -> dict[str, Any]:
    return {
        "at": use.at,
        "document": use.document,
        "by": use.actor_name,
        "discount": money_of(use.discount, programme.currency),
        "reversed": use.state == "reversed",
        "customer": _customer(session, use.customer_id),
    }


def _customer(session: Session, customer_id: UUID | None) -> dict[str, str] | None:
    """Return who it is, for whoever may see the customer."""
    found = None if customer_id is None else session.get(Customer, customer_id)
    if found is None or found.erased_at is not None:
        return None
    try:
        living = customers.get(session, found.id)
    except NotFound:
        return None
    url = url_for("customers.show", customer_id=living.id)
    return {"name": living.display_name, "url": url}


def _draw(session: Session, programme: Programme | None, typed: str = "", error: str = "") -> str:
    return render_template(
        "loyalty/code_look.html",
        programme=programme,
        choices=programme_options(session),
        typed=typed,
        error=error,
    )
