"""Codes at the till: quote, redeem, reverse; sets of codes and codes in bulk for admins."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from guanxi.sdk import current, web
from guanxi_loyalty import vouchers
from guanxi_loyalty.api.asking import actor, answer_once, in_sight, key_of, programme
from guanxi_loyalty.api.blueprint import GRANT, MANAGE, VIEW, api
from guanxi_loyalty.api.tries import count, guarded
from guanxi_loyalty.models import CodeSet
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.schemas.codes import (
    LoyaltyBasketSchema,
    LoyaltyCodeOrderDraftSchema,
    LoyaltyCodeOrderSchema,
    LoyaltyCodesDraftSchema,
    LoyaltyCodeSetDraftSchema,
    LoyaltyCodeSetSchema,
    LoyaltyCodeSetsSchema,
    LoyaltyCodeSetStateSchema,
    LoyaltyCodesFreedSchema,
    LoyaltyMadeCodesSchema,
    LoyaltyQuoteSchema,
    basket_of,
    shown_set,
)
from guanxi_loyalty.texts import _
from guanxi_loyalty.vouchers.quoting import Quote
from guanxi_loyalty.vouchers.sets import set_state


@api.post("/programmes/<key>/codes/quote", permission=GRANT)
@api.arguments(LoyaltyBasketSchema())
@api.response(200, LoyaltyQuoteSchema)
def quote_codes(values: dict[str, Any], key: str) -> Response:
    """What codes take off an order, line by line; nothing is used up."""
    session = current.session()
    values["customer_id"] = in_sight(session, values["customer_id"])
    with guarded(values["visitor"], values["customer_id"]) as keys:
        at = find_programme(session, key)
        found = vouchers.quote(session, at, basket_of(values), values["codes"], now=current.now())
        wrong = sum(code.unknown for code in found.codes)
        if wrong:
            count(keys, wrong)
    return web.answer(_shown(found))


@api.post("/programmes/<key>/codes/redeem", permission=GRANT)
@api.arguments(LoyaltyCodeOrderDraftSchema())
@api.response(200, LoyaltyCodeOrderSchema)
def redeem_codes(values: dict[str, Any], key: str) -> Response:
    """Use codes in an order, all of them or none; the same key uses them once."""
    values["customer_id"] = in_sight(current.tx(), values["customer_id"])
    with guarded(values["visitor"], values["customer_id"]):
        done = vouchers.redeem(
            current.tx(),
            programme(key),
            basket_of(values),
            values["codes"],
            key=key_of(values),
            document=values["document"],
            now=current.now(),
            by=actor(),
        )
    return web.answer({"order_id": done.order_id, **_shown(done.quote)})


@api.post("/programmes/<key>/codes/orders/<uuid:order_id>/reverse", permission=GRANT)
@api.response(200, LoyaltyCodesFreedSchema)
def reverse_codes(key: str, order_id: UUID) -> Response:
    """Take the use of all codes of an order back; doing it again frees nothing."""
    freed = vouchers.reverse(current.tx(), programme(key), order_id, now=current.now())
    return web.answer({"freed": freed})


@api.get("/programmes/<key>/code-sets", permission=VIEW)
@api.response(200, LoyaltyCodeSetsSchema)
def list_code_sets(key: str) -> Response:
    """All sets of codes by key."""
    session = current.session()
    wanted = select(CodeSet).where(CodeSet.programme_id == find_programme(session, key).id)
    found = session.scalars(wanted.order_by(CodeSet.key))
    return web.answer({"items": [shown_set(one) for one in found]})


@api.post("/programmes/<key>/code-sets", permission=MANAGE)
@api.arguments(LoyaltyCodeSetDraftSchema())
@api.response(201, LoyaltyCodeSetSchema)
def create_code_set(values: dict[str, Any], key: str) -> Response:
    """Make a set; a shared code is made with it."""
    draft = vouchers.CodeSetDraft(**values)
    made = vouchers.create_set(current.tx(), programme(key), draft, now=current.now(), by=actor())
    return _set(made, 201)


@api.post("/programmes/<key>/code-sets/<set_key>/state", permission=MANAGE)
@api.arguments(LoyaltyCodeSetStateSchema())
@api.response(200, LoyaltyCodeSetSchema)
def set_code_set_state(values: dict[str, Any], key: str, set_key: str) -> Response:
    """Let the codes of a set work, or none of them."""
    session = current.tx()
    found = vouchers.find_set(session, programme(key), set_key)
    set_state(session, found, values["state"], now=current.now(), by=actor())
    return _set(found)


@api.post("/programmes/<key>/code-sets/<set_key>/codes", permission=MANAGE)
@api.arguments(LoyaltyCodesDraftSchema())
@api.response(201, LoyaltyMadeCodesSchema)
def make_codes(values: dict[str, Any], key: str, set_key: str) -> Response:
    """Make codes in bulk. They are in this answer and never again."""
    session = current.tx()
    found = vouchers.find_set(session, programme(key), set_key)
    made = vouchers.make_bulk(session, found, **values, now=current.now())
    body = {"first_serial": made[0].serial, "count": len(made)}
    return answer_once(body, {"codes": [one.code for one in made]}, 201)


def _set(found: CodeSet, status: int = 200) -> Response:
    current.tx().flush()
    return web.answer(shown_set(found), status)


def _shown(found: Quote) -> dict[str, Any]:
    shown = found.as_json()
    for code in shown["codes"]:
        code["refused"] = _(code["refused"]) if code["refused"] else None
    return shown
