"""What members were given, in money (让渡给客户的价值): the company's side of a fair exchange.

Points that were spent, at the price that the programme puts on them, and what codes took off
orders. A code that was paid for with points counts as those points. Points that are not spent
yet are a liability, which the reports show; presents of staff are rewards of the core.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from sqlalchemy import FromClause, SQLColumnExpression, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from guanxi.sdk import Attribute, Customer, Text
from guanxi_loyalty.models import (
    Account,
    CodeOrder,
    CodeUse,
    Programme,
    RewardIssue,
    Transaction,
    Unit,
)
from guanxi_loyalty.policies import read_policies

SPENT = ("redeem", "capture")


def given_attribute(session: Session, unit_id: UUID, permission: str) -> Iterable[Attribute]:
    """Return the attribute, of the programme of a unit; unknown where points have no price."""
    account = Account.__table__.alias("loyalty_giver")
    programme = session.scalars(
        select(Programme).join(Unit, Unit.programme_id == Programme.id).where(Unit.id == unit_id)
    ).one()
    price = read_policies(programme.policies).thousand_worth
    places = get_currency_precision(programme.currency)
    spent = func.coalesce(_spent(account), 0)
    minor = func.coalesce(_taken_off(programme), 0) + (
        spent * literal(price) / 1000 if price else case((spent > 0, None), else_=0)
    )
    yield Attribute(
        "loyalty.value_given",
        Text("Value given", "让渡价值"),
        "money",
        lambda: func.round(minor / literal(10**places), places),
        join=account,
        on=(account.c.customer_id == Customer.id) & (account.c.unit_id == unit_id),
        permission=permission,
        description=Text(
            "Points spent, at their price, and what codes took off; empty: points have no price",
            "已使用积分（按其价值计）与优惠码减免；空表示积分尚无定价",
        ),
        nullable=not price,
        unit=programme.currency,
    )


def _spent(account: FromClause) -> SQLColumnExpression[Any]:
    moved, first = aliased(Transaction), aliased(Transaction)
    signed = case((moved.kind == "reverse", -moved.amount), else_=moved.amount)
    return (
        select(func.sum(signed))
        .join_from(moved, first, first.id == moved.reverses_id, isouter=True)
        .where(
            moved.account_id == account.c.id,
            moved.kind.in_(SPENT) | ((moved.kind == "reverse") & first.kind.in_(SPENT)),
        )
        .scalar_subquery()
    )


def _taken_off(programme: Programme) -> SQLColumnExpression[Any]:
    paid = select(RewardIssue.id).where(
        RewardIssue.code_id == CodeUse.code_id, RewardIssue.points > 0
    )
    return (
        select(func.sum(CodeUse.discount))
        .join(CodeOrder, CodeOrder.id == CodeUse.order_id)
        .where(
            CodeUse.customer_id == Customer.id,
            CodeUse.state == "redeemed",
            CodeOrder.programme_id == programme.id,
            ~paid.exists(),
        )
        .correlate(Customer)
        .scalar_subquery()
    )
