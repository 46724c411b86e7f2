"""What is known of each customer: the product to offer next."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import SQLColumnExpression, func, literal, select

from guanxi.sdk import Attribute, Customer, Text
from guanxi_scoring.models import NextProduct, Product

_NEXT: Final = (
    select(NextProduct.customer_id, NextProduct.product, Product.description)
    .outerjoin(Product, Product.product == NextProduct.product)
    .where(NextProduct.rank == 1)
    .subquery("next_product")
)


def product_attributes() -> Iterable[Attribute]:
    """Return the product that stands first, with its description."""
    yield Attribute(
        "scoring.next_product",
        Text("Next product", "下一推荐产品"),
        "text",
        _sql,
        join=_NEXT,
        on=_NEXT.c.customer_id == Customer.id,
        permission="scoring.view",
        description=Text(
            "The product to offer next; empty: nothing was bought yet",
            "建议下一步推荐的产品；空表示尚未购买",
        ),
    )


def _sql() -> SQLColumnExpression[str]:
    named: SQLColumnExpression[str] = _NEXT.c.product + func.coalesce(
        literal(" · ") + _NEXT.c.description, ""
    )
    return named
