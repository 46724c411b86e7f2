"""Points at the till: what a member has, earn, redeem, hold, capture, release, take back."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from guanxi.sdk import NotFound, current, web
from guanxi_loyalty import ledger
from guanxi_loyalty.api.asking import actor, in_sight, key_of
from guanxi_loyalty.api.blueprint import GRANT, VIEW, api
from guanxi_loyalty.ledger import Ask, Receipt, load_unit, units_of
from guanxi_loyalty.ledger.reading import standing, statement
from guanxi_loyalty.models import Account, Transaction
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.schemas.points import (
    LoyaltyAdjustmentSchema,
    LoyaltyAmountSchema,
    LoyaltyCommandSchema,
    LoyaltyHoldDraftSchema,
    LoyaltyLinesQuerySchema,
    LoyaltyLinesSchema,
    LoyaltyMemberSchema,
    LoyaltyPartSchema,
    LoyaltyReceiptSchema,
    LoyaltyTransferSchema,
    next_of,
    shown_line,
    shown_receipt,
    shown_standing,
)
from guanxi_loyalty.texts import N_


@api.get("/programmes/<key>/members/<uuid:customer_id>", permission=VIEW)
@api.response(200, LoyaltyMemberSchema)
def show_member(key: str, customer_id: UUID) -> Response:
    """What a member has in each unit of a programme; nothing where there was nothing yet."""
    session = current.session()
    find_programme(session, key)
    in_sight(session, customer_id)
    units = [
        shown_standing(unit, standing(session, unit, customer_id, now=current.now()))
        for unit in units_of(session)
        if unit.programme == key
    ]
    return web.answer({"customer_id": customer_id, "units": units})


@api.get("/programmes/<key>/members/<uuid:customer_id>/lines", permission=VIEW)
@api.arguments(LoyaltyLinesQuerySchema(), location="query")
@api.response(200, LoyaltyLinesSchema)
def list_lines(query: dict[str, Any], key: str, customer_id: UUID) -> Response:
    """What moved a member's balance, the latest first, page by page."""
    session, limit = current.session(), query["limit"]
    unit = load_unit(session, key, query["unit"])
    in_sight(session, customer_id)
    lines = list(statement(session, unit, customer_id, before=query["before"], limit=limit))
    return web.answer(
        {"items": [shown_line(line) for line in lines], "next": next_of(lines, limit)}
    )


@api.post("/programmes/<key>/earn", permission=GRANT)
@api.arguments(LoyaltyAmountSchema())
@api.response(200, LoyaltyReceiptSchema)
def earn_points(values: dict[str, Any], key: str) -> Response:
    """Give a member units, beside what rules give."""
    customer_id, amount = _member(values), values["amount"]
    return _answer(ledger.earn(current.tx(), _ask(values, key), customer_id, amount), values)


@api.post("/programmes/<key>/redeem", permission=GRANT)
@api.arguments(LoyaltyAmountSchema())
@api.response(200, LoyaltyReceiptSchema)
def redeem_points(values: dict[str, Any], key: str) -> Response:
    """Spend a member's units at once."""
    customer_id, amount = _member(values), values["amount"]
    return _answer(ledger.redeem(current.tx(), _ask(values, key), customer_id, amount), values)


@api.post("/programmes/<key>/holds", permission=GRANT)
@api.arguments(LoyaltyHoldDraftSchema())
@api.response(200, LoyaltyReceiptSchema)
def hold_points(values: dict[str, Any], key: str) -> Response:
    """Set units aside; the receipt's transaction is the hold."""
    customer_id, amount = _member(values), values["amount"]
    ask, minutes = _ask(values, key), values["minutes"]
    return _answer(ledger.hold(current.tx(), ask, customer_id, amount, minutes=minutes), values)


@api.post("/programmes/<key>/holds/<uuid:hold_id>/capture", permission=GRANT)
@api.arguments(LoyaltyPartSchema())
@api.response(200, LoyaltyReceiptSchema)
def capture_hold(values: dict[str, Any], key: str, hold_id: UUID) -> Response:
    """Spend what was set aside, or a part of it; the rest goes back."""
    _see_owner(hold_id)
    return _answer(
        ledger.capture(current.tx(), _ask(values, key), hold_id, values["amount"]), values
    )


@api.post("/programmes/<key>/holds/<uuid:hold_id>/release", permission=GRANT)
@api.arguments(LoyaltyCommandSchema())
@api.response(200, LoyaltyReceiptSchema)
def release_hold(values: dict[str, Any], key: str, hold_id: UUID) -> Response:
    """Give back what was set aside."""
    _see_owner(hold_id)
    return _answer(ledger.release(current.tx(), _ask(values, key), hold_id), values)


@api.post("/programmes/<key>/transactions/<uuid:transaction_id>/reverse", permission=GRANT)
@api.arguments(LoyaltyPartSchema())
@api.response(200, LoyaltyReceiptSchema)
def reverse_transaction(values: dict[str, Any], key: str, transaction_id: UUID) -> Response:
    """Take back what was spent or earned, wholly or in part."""
    owner = _see_owner(transaction_id)
    ask, amount = _ask(values, key), values["amount"]
    return _answer(
        ledger.reverse(current.tx(), ask, transaction_id, amount, customer_id=owner), values
    )


@api.post("/programmes/<key>/transfer", permission=GRANT)
@api.arguments(LoyaltyTransferSchema())
@api.response(200, LoyaltyReceiptSchema)
def transfer_points(values: dict[str, Any], key: str) -> Response:
    """Hand units from one member to another; they keep the instants at which they run out."""
    giver, amount = _member(values), values["amount"]
    taker = in_sight(current.tx(), values["to_customer_id"])
    assert taker is not None  # noqa: S101 -- the schema requires it
    ask = _ask(values, key)
    return _answer(ledger.transfer(current.tx(), ask, giver, taker, amount), values)


@api.post("/programmes/<key>/adjust", permission=GRANT)
@api.arguments(LoyaltyAdjustmentSchema())
@api.response(200, LoyaltyReceiptSchema)
def adjust_points(values: dict[str, Any], key: str) -> Response:
    """Add units or take them away by hand, with the reason; large ones need two persons."""
    customer_id, amount = _member(values), values["amount"]
    ask = _ask(values, key, remark=values["reason"])
    return _answer(ledger.adjust(current.tx(), ask, customer_id, amount), values)


def _member(values: dict[str, Any]) -> UUID:
    found = in_sight(current.tx(), values["customer_id"])
    assert found is not None  # noqa: S101 -- the schema requires it
    return found


def _see_owner(transaction_id: UUID) -> UUID:
    """Return whose transaction it is now, if whoever asks may see them."""
    session = current.tx()
    owner = session.scalar(
        select(Account.customer_id)
        .join(Transaction, Transaction.account_id == Account.id)
        .where(Transaction.id == transaction_id)
    )
    if owner is None:
        raise NotFound(N_("There is no such transaction."))
    found = in_sight(session, owner)
    assert found is not None  # noqa: S101 -- an account has an owner
    return found


def _ask(values: dict[str, Any], programme: str, **more: Any) -> Ask:
    return Ask(
        unit=load_unit(current.tx(), programme, values["unit"]),
        key=key_of(values),
        now=current.now(),
        source="api",
        document=values["document"],
        actor=actor(),
        **more,
    )


def _answer(receipt: Receipt, values: dict[str, Any]) -> Response:
    if values["dry_run"]:
        web.drop_transaction()
    return web.answer(shown_receipt(receipt, dry_run=values["dry_run"]))
