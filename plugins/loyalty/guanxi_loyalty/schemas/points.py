"""What the API takes and gives back about points: balances, statements, commands, receipts."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_loyalty.ledger import Receipt, UnitFacts
from guanxi_loyalty.ledger.beginning import MOST
from guanxi_loyalty.ledger.reading import Line, Standing

_MOVABLE = validate.Range(1, MOST)


class LoyaltyStandingSchema(Schema):
    """What a member has in one unit. ``soon`` of the balance runs out within thirty days."""

    unit = fields.String(required=True)
    kind = fields.String(required=True)
    balance = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    held = fields.Integer(required=True)
    debt = fields.Integer(required=True)
    soon = fields.Integer(required=True)
    next_end = fields.AwareDateTime(required=True, allow_none=True)


class LoyaltyMemberSchema(Schema):
    """What a member has in all units of a programme."""

    customer_id = fields.UUID(required=True)
    units = fields.List(fields.Nested(LoyaltyStandingSchema), required=True)


class LoyaltyLinesQuerySchema(Schema):
    """Which part of a statement. ``before`` is the last transaction of the page before."""

    unit = fields.String(load_default="points", validate=validate.Length(max=40))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    before = fields.UUID(load_default=None)


class LoyaltyLineSchema(Schema):
    """One line of a statement; ``change`` is what it did to the balance."""

    transaction_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    amount = fields.Integer(required=True)
    shortfall = fields.Integer(required=True)
    source = fields.String(required=True)
    document = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    change = fields.Integer(required=True)
    remark = fields.String(required=True, allow_none=True)


class LoyaltyLinesSchema(Schema):
    """A page of a statement, the latest first."""

    items = fields.List(fields.Nested(LoyaltyLineSchema), required=True)
    next = fields.UUID(required=True, allow_none=True)


class LoyaltyCommandSchema(Schema):
    """What commands on points share; the same ``key`` does it once.

    With ``dry_run`` nothing is done, and the answer is that of the run.
    """

    unit = fields.String(load_default="points", validate=validate.Length(max=40))
    key = web.CleanText(200, filled=True)
    document = web.CleanText(200, load_default=None, allow_none=True)
    dry_run = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class LoyaltyAmountSchema(LoyaltyCommandSchema):
    """So many units of a member."""

    customer_id = fields.UUID(required=True)
    amount = fields.Integer(required=True, strict=True, validate=_MOVABLE)


class LoyaltyTransferSchema(LoyaltyAmountSchema):
    """So many units of a member, for another one."""

    to_customer_id = fields.UUID(required=True)


class LoyaltyHoldDraftSchema(LoyaltyAmountSchema):
    """Units to set aside, and for how long if not as the programme says."""

    minutes = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 44_640)
    )


class LoyaltyAdjustmentSchema(LoyaltyCommandSchema):
    """Units to add, or below zero to take away, and why."""

    customer_id = fields.UUID(required=True)
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(-MOST, MOST))
    reason = web.CleanText(500, filled=True, required=True)


class LoyaltyPartSchema(LoyaltyCommandSchema):
    """How much of it; all that is left by default."""

    amount = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_MOVABLE)


class LoyaltyReceiptSchema(Schema):
    """The answer of a command. ``shortfall`` could not be taken back.

    ``transaction_id`` is null in a dry run, unless the command was done before.
    """

    transaction_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    amount = fields.Integer(required=True)
    shortfall = fields.Integer(required=True)
    balance = fields.Integer(required=True, allow_none=True)
    replayed = fields.Boolean(required=True)
    dry_run = fields.Boolean(required=True)


def shown_standing(unit: UnitFacts, found: Standing) -> dict[str, Any]:
    """Return what a member has in a unit, as JSON values."""
    return {"unit": unit.key, "kind": unit.kind, **asdict(found)}


def shown_line(line: Line) -> dict[str, Any]:
    """Return a line of a statement."""
    return asdict(line)


def shown_receipt(receipt: Receipt, *, dry_run: bool) -> dict[str, Any]:
    """Return the answer of a command."""
    shown = {**asdict(receipt), "dry_run": dry_run}
    if dry_run and not receipt.replayed:
        shown["transaction_id"] = None
    return shown


def next_of(lines: list[Line], limit: int) -> UUID | None:
    """Return where the next page begins; None after the last one."""
    return lines[-1].transaction_id if len(lines) == limit else None
