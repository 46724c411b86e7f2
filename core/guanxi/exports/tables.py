"""Lists other than customers: which columns each has, and which conditions they take."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from guanxi.access.principal import Principal
from guanxi.attributes.catalogue import Catalogue
from guanxi.attributes.conditions import parse, to_sql
from guanxi.errors import Invalid
from guanxi.exports.rows import AT_ONCE, Arguments, Rows, stream
from guanxi.i18n import Text
from guanxi.messages.models import Message
from guanxi.plugins.contract import Attribute, AttributeType
from guanxi.rewards.models import Reward
from guanxi.touchpoints.models import Touchpoint, TouchpointLine

Columns = Sequence[Attribute]


def _column(name: str, en: str, zh: str, type_: AttributeType, column: Any) -> Attribute:
    return Attribute(name, Text(en, zh), type_, lambda: column)


_T, _L, _R, _M = Touchpoint, TouchpointLine, Reward, Message
TOUCHPOINTS: Columns = (
    _column("id", "Id", "编号", "text", _T.id),
    _column("customer_id", "Customer", "客户", "text", _T.customer_id),
    _column("channel", "Channel", "渠道", "text", _T.channel),
    _column("kind", "Kind", "类型", "text", _T.kind),
    _column("direction", "Direction", "方向", "text", _T.direction),
    _column("occurred_at", "When", "时间", "instant", _T.occurred_at),
    _column("subject", "Subject", "主题", "text", _T.subject),
    _column("note", "Note", "备注", "text", _T.note),
    _column("outcome", "Outcome", "结果", "text", _T.outcome),
    _column("amount", "Amount", "金额", "money", _T.amount),
    _column("currency", "Currency", "币种", "text", _T.currency),
    _column("source", "The other system", "外部系统", "text", _T.source),
    _column("external_id", "Number in the other system", "外部编号", "text", _T.external_id),
    _column("state", "State", "状态", "text", _T.state),
)
LINES: Columns = (
    _column("touchpoint_id", "Touchpoint", "接触记录", "text", _T.id),
    _column("source", "The other system", "外部系统", "text", _T.source),
    _column("external_id", "Number in the other system", "外部编号", "text", _T.external_id),
    _column("customer_id", "Customer", "客户", "text", _T.customer_id),
    _column("channel", "Channel", "渠道", "text", _T.channel),
    _column("kind", "Kind", "类型", "text", _T.kind),
    _column("occurred_at", "When", "时间", "instant", _T.occurred_at),
    _column("currency", "Currency", "币种", "text", _T.currency),
    _column("product", "Product", "商品编号", "text", _L.product),
    _column("description", "Description", "商品名称", "text", _L.description),
    _column("quantity", "Quantity", "数量", "number", _L.quantity),
    _column("unit_price", "Unit price", "单价", "money", _L.unit_price),
    _column("state", "State", "状态", "text", _T.state),
)
REWARDS: Columns = (
    _column("id", "Id", "编号", "text", _R.id),
    _column("customer_id", "Customer", "客户", "text", _R.customer_id),
    _column("kind", "Kind", "类型", "text", _R.kind),
    _column("amount", "Amount", "数量", "number", _R.amount),
    _column("unit", "Unit", "单位", "text", _R.unit),
    _column("redeemed_amount", "Redeemed", "已使用", "number", _R.redeemed_amount),
    _column("state", "State", "状态", "text", _R.state),
    _column("reason", "Reason", "原因", "text", _R.reason),
    _column("source", "Source", "来源", "text", _R.source),
    _column("requested_at", "Asked for", "申请时间", "instant", _R.requested_at),
    _column("granted_at", "Granted", "发放时间", "instant", _R.granted_at),
    _column("expires_at", "Expires", "到期时间", "instant", _R.expires_at),
)
MESSAGES: Columns = (
    _column("id", "Id", "编号", "text", _M.id),
    _column("customer_id", "Customer", "客户", "text", _M.customer_id),
    _column("channel", "Channel", "渠道", "text", _M.channel),
    _column("purpose", "Purpose", "用途", "text", _M.purpose),
    _column("subject", "Subject", "主题", "text", _M.subject),
    _column("state", "State", "状态", "text", _M.state),
    _column("sender", "Sender", "发送人", "text", _M.sender_name),
    _column("created_at", "Written", "撰写时间", "instant", _M.created_at),
    _column("sent_at", "Sent", "发送时间", "instant", _M.sent_at),
)
_TEXT_ONLY = frozenset({"id", "customer_id", "touchpoint_id"})
"""Columns that hold ids; they can be shown, and compared for being missing."""


def touchpoints() -> Select[Any]:
    """Return touchpoints, oldest first."""
    return select().select_from(_T).order_by(_T.occurred_at, _T.id)


def lines() -> Select[Any]:
    """Return the lines of purchases and returns, receipt by receipt."""
    joined = select().select_from(_T).join(_L, _L.touchpoint_id == _T.id)
    return joined.order_by(_T.occurred_at, _T.id, _L.number)


def rewards() -> Select[Any]:
    """Return rewards, oldest first."""
    return select().select_from(_R).order_by(_R.requested_at, _R.id)


def messages() -> Select[Any]:
    """Return messages, oldest first."""
    return select().select_from(_M).order_by(_M.created_at, _M.id)


def opener(
    columns: Columns, query: Callable[[], Select[Any]]
) -> Callable[[Session, Catalogue, Principal, Arguments, str], Rows]:
    """Return the function that opens such a list, with the columns and conditions asked for."""

    def opening(
        session: Session,
        _catalogue: Catalogue,
        _asking: Principal,
        arguments: Arguments,
        language: str,
    ) -> Rows:
        known = {one.key: one for one in columns}
        statement, wanted = query(), list(columns)
        for name, value in arguments:
            key, separator, operator = name.rpartition("__")
            if separator:
                condition = parse(_known(known, key, operator), operator, value)
                statement = statement.where(to_sql(condition, condition.attribute.sql()))
            elif name == "columns":
                wanted = [_known(known, part) for part in value.split(",") if part] or wanted
            else:
                raise Invalid("There is no column %(key)s in this list.", key=name[:60])
        picked: list[Any] = [one.sql().label(f"c{place}") for place, one in enumerate(wanted)]
        rows = session.execute(
            statement.add_columns(*picked), execution_options={"yield_per": AT_ONCE}
        )
        return _titles(wanted, language), stream(rows)

    return opening


def _titles(columns: Iterable[Attribute], language: str) -> list[str]:
    return [one.title.in_language(language) for one in columns]


def _known(known: dict[str, Attribute], key: str, operator: str = "missing") -> Attribute:
    found = known.get(key)
    if found is None or (key in _TEXT_ONLY and operator != "missing"):
        raise Invalid("There is no column %(key)s in this list.", key=key[:60])
    return found
