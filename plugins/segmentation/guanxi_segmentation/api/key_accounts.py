"""Key accounts: who is one and why; decide by hand, and take it back."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from guanxi.sdk import Customer, current, customers, web
from guanxi_segmentation.api.blueprint import MANAGE, VIEW, api
from guanxi_segmentation.company import company
from guanxi_segmentation.models import KeyAccount
from guanxi_segmentation.places import place_of
from guanxi_segmentation.portrait import key_flag
from guanxi_segmentation.schemas.key_accounts import (
    KeyAccountDraftSchema,
    KeyAccountSchema,
    KeyAccountsQuerySchema,
    KeyAccountsSchema,
    shown_key_account,
)
from guanxi_segmentation.schemes import key_accounts as accounts


@api.get("/key-accounts", permission=VIEW)
@api.arguments(KeyAccountsQuerySchema(), location="query")
@api.response(200, KeyAccountsSchema)
def list_key_accounts(query: dict[str, Any]) -> Response:
    """The key accounts in sight by id, page by page."""
    session, limit = current.session(), query["limit"]
    found = accounts.source(session, company(session).settings["key_account_by"])
    wanted = (
        select(Customer.id, KeyAccount)
        .join(found, found.c.customer_id == Customer.id)
        .outerjoin(KeyAccount, KeyAccount.customer_id == Customer.id)
        .where(found.c.is_key, Customer.merged_into.is_(None), Customer.erased_at.is_(None))
        .order_by(Customer.id)
        .limit(limit + 1)
    )
    after = place_of(query.get("cursor"))
    rows = session.execute(wanted if after is None else wanted.where(Customer.id > after)).all()
    following = web.encode_cursor([rows[limit - 1][0]]) if len(rows) > limit else None
    items = [shown_key_account(row[0], row[1], is_key=True) for row in rows[:limit]]
    return web.answer({"items": items, "next": following})


@api.get("/key-accounts/<uuid:customer_id>", permission=VIEW)
@api.response(200, KeyAccountSchema)
def show_key_account(customer_id: UUID) -> Response:
    """Whether a customer is a key account, and why."""
    return web.answer(_shown(customers.get(current.session(), customer_id).id))


@api.put("/key-accounts/<uuid:customer_id>", permission=MANAGE)
@api.arguments(KeyAccountDraftSchema())
@api.response(200, KeyAccountSchema)
def decide_key_account(values: dict[str, Any], customer_id: UUID) -> Response:
    """Say by hand whether a customer is a key account; it wins over the rule."""
    session = current.tx()
    found = customers.get(session, customer_id).id
    made = accounts.mark(session, found, **values, now=current.now())
    return web.answer(shown_key_account(found, made, is_key=made.is_key))


@api.delete("/key-accounts/<uuid:customer_id>", permission=MANAGE)
@api.response(204)
def forget_key_account(customer_id: UUID) -> None:
    """Forget what was said by hand; the rule decides again."""
    session = current.tx()
    accounts.unmark(session, customers.get(session, customer_id).id)


def _shown(customer_id: UUID) -> dict[str, Any]:
    session = current.session()
    flag = key_flag(session, customer_id, company(session).settings["key_account_by"])
    shown: dict[str, Any] = shown_key_account(customer_id, flag.by_hand, is_key=flag.is_key)
    return shown
