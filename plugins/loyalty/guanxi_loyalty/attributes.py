"""What loyalty tells of each customer, of the programme that is first by its key."""

from collections.abc import Iterable
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.orm import Session, aliased

from guanxi.sdk import Attribute, Customer, Text
from guanxi_loyalty.models import Account, Lot, Programme, Transaction, Unit
from guanxi_loyalty.value_given import given_attribute

AttributeType = Literal["number", "instant"]
PERMISSION: Final = "loyalty.view"


def member_attributes(session: Session) -> Iterable[Attribute]:
    """Return the attributes of members in the first programme's spendable unit."""
    unit_id = session.scalar(
        select(Unit.id)
        .join(Programme, Programme.id == Unit.programme_id)
        .where(Unit.kind == "spendable")
        .order_by(Programme.key, Unit.key)
        .limit(1)
    )
    if unit_id is None:
        return
    account = Account.__table__.alias("loyalty_member")
    on = (account.c.customer_id == Customer.id) & (account.c.unit_id == unit_id)
    lot, moved = aliased(Lot), aliased(Transaction)
    soon = (
        select(func.coalesce(func.sum(lot.remaining), 0))
        .where(
            lot.account_id == account.c.id,
            lot.remaining > 0,
            lot.active,
            lot.expires_at <= func.now() + func.make_interval(0, 0, 0, 30),
        )
        .scalar_subquery()
    )
    earned = (
        select(func.coalesce(func.sum(moved.amount), 0))
        .where(moved.account_id == account.c.id, moved.kind == "earn")
        .scalar_subquery()
    )
    redeemed = (
        select(func.max(moved.effective_at))
        .where(moved.account_id == account.c.id, moved.kind.in_(("redeem", "capture")))
        .scalar_subquery()
    )
    offered: tuple[tuple[str, Text, AttributeType, SQLColumnExpression[Any]], ...] = (
        ("balance", Text("Points", "积分余额"), "number", account.c.balance),
        ("expiring_30d", Text("Points that run out in 30 days", "30 天内过期积分"), "number", soon),
        ("lifetime_points", Text("Points earned in all", "累计获得积分"), "number", earned),
        ("last_redeemed_at", Text("Last redemption", "最近兑换时间"), "instant", redeemed),
    )
    for name, title, kind, sql in offered:
        yield Attribute(
            f"loyalty.{name}",
            title,
            kind,
            partial(_same, sql),
            join=account,
            on=on,
            permission=PERMISSION,
        )
    yield from given_attribute(session, unit_id, PERMISSION)


def _same(sql: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return sql
