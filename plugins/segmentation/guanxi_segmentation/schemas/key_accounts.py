"""What the API takes and gives back about key accounts."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_segmentation.models import KeyAccount
from guanxi_segmentation.schemes.key_accounts import LONGEST_REASON


class KeyAccountsQuerySchema(Schema):
    """Which page is wanted."""

    limit = web.Limit()
    cursor = web.Cursor()


class KeyAccountDraftSchema(Schema):
    """What is decided by hand, and why."""

    is_key = web.Flag(required=True)
    reason = web.CleanText(LONGEST_REASON, filled=True, required=True)


class KeyAccountSchema(Schema):
    """Whether a customer is a key account. ``by`` is ``hand`` or ``rule``."""

    customer_id = fields.UUID()
    is_key = fields.Boolean()
    by = fields.String(validate=validate.OneOf(("hand", "rule")))
    reason = fields.String(allow_none=True)
    at = fields.DateTime(allow_none=True)
    actor_name = fields.String(allow_none=True)


class KeyAccountsSchema(Schema):
    """Key accounts in sight by id, page by page."""

    items = fields.List(fields.Nested(KeyAccountSchema))
    next = fields.String(allow_none=True)


def shown_key_account(customer_id: Any, by_hand: KeyAccount | None, *, is_key: bool) -> Any:
    """Return what is known of a key account as it is given out."""
    names = ("reason", "at", "actor_name")
    told = {name: getattr(by_hand, name) if by_hand else None for name in names}
    by = "hand" if by_hand else "rule"
    return {"customer_id": customer_id, "is_key": is_key, "by": by, **told}
