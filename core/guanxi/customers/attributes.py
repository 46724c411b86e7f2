"""The core's own attributes of customers, and those made from the admin's custom fields."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Date, Numeric, and_, cast, func, literal, select
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY

from guanxi.access.models import User
from guanxi.customers.domain.completeness import completeness_sql
from guanxi.customers.models import Customer, CustomerActivity, CustomerTrade, CustomField
from guanxi.db import Database
from guanxi.i18n import Text
from guanxi.plugins.contract import Attribute, AttributeType

_ACTIVITY = CustomerActivity.__table__
_OWNER = User.__table__.alias("owner")


@lru_cache(maxsize=16)
def core_attributes(currency: str) -> Sequence[Attribute]:
    """Return what the core knows. Money is in ``currency``, the company's own.

    Made once per currency: a new alias of a table at every request would cost more than the list.
    """
    return (*_profile(), *_activity(), *_trade(currency))


def _profile() -> Iterable[Attribute]:
    c = Customer
    yield Attribute(
        "customers.name", Text("Name", "名称"), "text", lambda: c.sort_name, nullable=False
    )
    yield Attribute(
        "customers.display_name", Text("Full name", "全名"), "text", lambda: c.display_name
    )
    yield Attribute(
        "customers.kind", Text("Kind", "类型"), "choice", lambda: c.kind,
        choices=(
            ("person", Text("Person", "个人")),
            ("organisation", Text("Organisation", "组织")),
        ),
    )  # fmt: skip
    yield Attribute(
        "customers.status", Text("Status", "状态"), "choice", lambda: c.status,
        choices=(("active", Text("Active", "有效")), ("closed", Text("Closed", "已关闭"))),
    )  # fmt: skip
    yield Attribute("customers.country", Text("Country", "国家/地区"), "text", lambda: c.country)
    yield Attribute("customers.region", Text("Region", "省/州"), "text", lambda: c.region)
    yield Attribute("customers.city", Text("City", "城市"), "text", lambda: c.city)
    yield Attribute("customers.postcode", Text("Postcode", "邮编"), "text", lambda: c.postcode)
    yield Attribute("customers.birthday", Text("Birthday", "生日"), "date", lambda: c.birthday)
    yield Attribute("customers.language", Text("Language", "语言"), "text", lambda: c.language)
    yield Attribute("customers.source", Text("Source", "来源"), "text", lambda: c.source)
    yield Attribute("customers.tags", Text("Tags", "标签"), "choices", lambda: c.tags)
    yield Attribute(
        "customers.owner", Text("Owner", "负责人"), "text", lambda: _OWNER.c.name,
        join=_OWNER, on=_OWNER.c.id == c.owner_id,
    )  # fmt: skip
    yield Attribute(
        "customers.completeness", Text("Completeness", "信息完整度"), "number", completeness_sql,
        unit="%", nullable=False,
    )  # fmt: skip
    yield Attribute(
        "customers.created_at", Text("Created", "创建时间"), "instant", lambda: c.created_at,
        nullable=False,
    )  # fmt: skip
    yield Attribute(
        "customers.invented", Text("Invented name", "虚构姓名"), "boolean", lambda: c.invented
    )


def _activity() -> Iterable[Attribute]:
    a = _ACTIVITY
    on = a.c.customer_id == Customer.id
    yield Attribute(
        "customers.touchpoints", Text("Touchpoints", "接触次数"), "number",
        lambda: a.c.touchpoints, join=a, on=on,
    )  # fmt: skip
    yield Attribute(
        "customers.first_contact", Text("First contact", "首次接触"), "instant",
        lambda: a.c.first_at, join=a, on=on,
    )  # fmt: skip
    yield Attribute(
        "customers.last_contact", Text("Last contact", "最近接触"), "instant",
        lambda: a.c.last_at, join=a, on=on,
    )  # fmt: skip


def _trade(currency: str) -> Iterable[Attribute]:
    t = CustomerTrade.__table__.alias("trade")
    on = and_(t.c.customer_id == Customer.id, t.c.currency == currency)
    columns: tuple[tuple[str, Text, AttributeType, Any, str | None], ...] = (
        ("revenue", Text("Revenue", "累计消费"), "money", t.c.revenue, currency),
        ("purchases", Text("Purchases", "购买次数"), "number", t.c.purchases, None),
        ("returns", Text("Returns", "退货次数"), "number", t.c.returns, None),
        (
            "first_purchase",
            Text("First purchase", "首次购买"),
            "instant",
            t.c.first_purchase_at,
            None,
        ),
        ("last_purchase", Text("Last purchase", "最近购买"), "instant", t.c.last_purchase_at, None),
    )
    for key, title, type_, column, unit in columns:
        yield Attribute(
            f"customers.{key}", title, type_, _constant(column), join=t, on=on, unit=unit
        )


def custom_attribute(field: CustomField) -> Attribute:
    """Return the attribute of one custom field; its key is ``custom.<field>``."""
    kind: AttributeType = field.type  # type: ignore[assignment]
    return Attribute(
        key=f"custom.{field.key}",
        title=Text(field.title_en, field.title_zh),
        type=kind,
        sql=_constant(_custom_column(field.key, kind)),
        choices=tuple((str(c), Text(str(c), str(c))) for c in field.choices),
        permission="customers.sensitive" if field.sensitive else None,
    )


def _custom_column(key: str, kind: AttributeType) -> Any:
    value = Customer.custom[key]
    text = value.astext
    if kind in ("number", "money"):
        return cast(text, Numeric)
    if kind == "date":
        return cast(text, Date)
    if kind == "boolean":
        return cast(text, Boolean)
    if kind == "choices":
        return _text_array(value)
    return text


def _text_array(value: ColumnElement[Any]) -> ColumnElement[Any]:
    elements = func.jsonb_array_elements_text(value).table_valued("value", name="choice")
    chosen = func.array(select(elements.c.value).scalar_subquery(), type_=ARRAY(SqlText))
    # Nothing chosen is not known, as with the other types.
    return func.nullif(chosen, cast(literal("{}"), ARRAY(SqlText)), type_=ARRAY(SqlText))


def _constant(column: Any) -> Any:
    return lambda: column


class CustomFieldAttributes:
    """The attributes of the admin's custom fields, read once per generation of the platform."""

    def __init__(self, database: Database, generation: Callable[[], int]) -> None:
        self._database = database
        self._generation = generation
        self._cached: tuple[int, tuple[Attribute, ...]] = (-2, ())

    def __call__(self) -> tuple[Attribute, ...]:
        """Return them in their order."""
        generation = self._generation()
        if self._cached[0] != generation:
            living = select(CustomField).where(CustomField.archived.is_(False))
            with self._database.read() as session:
                fields = session.scalars(living.order_by(CustomField.position, CustomField.key))
                self._cached = (generation, tuple(custom_attribute(field) for field in fields))
        return self._cached[1]
