"""Touchpoints from a file: a row is a touchpoint, or one line of a purchase.

Rows with the same number in the other system form one touchpoint, wherever they stand in the
file: a first pass finds the last row of each number, the second emits a touchpoint as soon as
its last row was seen, so few are open at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.customers.domain.identities import Identity, normalise_external
from guanxi.customers.domain.lookup import holders_of, key_of
from guanxi.errors import GuanxiError, Invalid
from guanxi.events.vocabulary import Line
from guanxi.i18n import Text
from guanxi.imports.cells import Places
from guanxi.imports.contract import (
    ColumnMapping,
    FileRow,
    ImportContext,
    ImporterKind,
    ImportField,
    Item,
    Outcome,
    RowImporter,
    Undone,
)
from guanxi.imports.files.values import clean_external_id, parse_decimal, parse_instant
from guanxi.imports.zone import zone_named
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.undo import undo_import

FIELDS = (
    ImportField(
        "external_id",
        Text("Number in the other system", "外部编号"),
        aliases=(
            "invoice",
            "invoiceno",
            "invoice no",
            "order",
            "order id",
            "receipt",
            "单号",
            "订单号",
        ),
    ),
    ImportField("source", Text("The other system", "外部系统"), required=True, aliases=("system",)),
    ImportField(
        "occurred_at",
        Text("When", "时间"),
        required=True,
        aliases=("date", "invoicedate", "invoice date", "time", "日期"),
    ),
    ImportField("channel", Text("Channel", "渠道"), required=True),
    ImportField(
        "kind",
        Text("Kind", "类型"),
        aliases=("type",),
        help=Text(
            "Left out where there is money: purchase, or return if the sum is below zero",
            "涉及金额时可不填：购买；合计为负时为退货",
        ),
    ),
    ImportField("direction", Text("Direction", "方向")),
    ImportField(
        "customer_id",
        Text("Customer's number in the other system", "客户外部编号"),
        aliases=("customerid", "customer id", "customer", "客户编号"),
        needs="customer_source",
    ),
    ImportField("customer_source", Text("System of the customer's number", "客户编号所属系统")),
    ImportField("subject", Text("Subject", "主题")),
    ImportField("note", Text("Note", "备注"), aliases=("comment",)),
    ImportField("outcome", Text("Outcome", "结果")),
    ImportField("amount", Text("Amount", "金额"), aliases=("total", "sum"), needs="currency"),
    ImportField("currency", Text("Currency", "币种")),
    ImportField(
        "product",
        Text("Product", "商品编号"),
        aliases=("stockcode", "stock code", "sku", "article", "商品"),
    ),
    ImportField("description", Text("Description", "商品名称"), aliases=("product name", "名称")),
    ImportField("quantity", Text("Quantity", "数量"), aliases=("qty",)),
    ImportField(
        "unit_price",
        Text("Unit price", "单价"),
        aliases=("unitprice", "price", "价格"),
        needs="currency",
    ),
)
_LINE_FIELDS = ("product", "quantity", "unit_price")


class TouchpointRows:
    """The importer of one file of touchpoints."""

    def __init__(
        self, header: Sequence[str], mapping: ColumnMapping, context: ImportContext
    ) -> None:
        self._at = Places.of(header, mapping)
        self._zone = zone_named(mapping.options.get("time_zone") or context.time_zone)
        order = mapping.options.get("date_order")
        self._order: Any = order if order in ("day_first", "month_first") else None
        self._comma = mapping.options.get("decimal_comma") == "true"
        self._lines = all(self._at.has(key) for key in _LINE_FIELDS)
        if self._lines and not self._at.has("external_id"):
            raise Invalid("Lines of purchases need the number of the purchase that they belong to.")
        self._customers: dict[str, UUID | None] = {}

    def items(self, rows: Callable[[], Iterable[FileRow]]) -> Iterator[Item]:
        """Yield a draft with its customer's number for each touchpoint."""
        if not self._at.has("external_id"):
            yield from (self._item((row,)) for row in rows())
            return
        number_at = self._number_at()
        last: dict[str, int] = {}
        for row, cells in rows():
            last[number_at(cells)] = row
        waiting: dict[str, list[FileRow]] = {}
        for one in rows():
            number = number_at(one[1])
            if not number or not self._lines:
                yield self._item((one,))
                continue
            waiting.setdefault(number, []).append(one)
            if last[number] == one[0]:
                yield self._item(waiting.pop(number))

    def ahead(self, values: Sequence[Any], **_circumstances: Any) -> Sequence[Any]:
        """Return the values: what is left to make of them needs the customers."""
        return values

    def write(
        self, session: Session, values: Sequence[Any], *, now: datetime, import_id: UUID
    ) -> list[Outcome | GuanxiError]:
        """Find the customers and record the touchpoints."""
        self._find_customers(session, values)
        drafts = [self._with_customer(draft, number) for draft, number in values]
        results = record_many(session, drafts, now=now, import_id=import_id)
        return [
            r if isinstance(r, GuanxiError) else "created" if r.created else "unchanged"
            for r in results
        ]

    def keys(self, values: Sequence[Any]) -> Sequence[Sequence[str]]:
        """Return the number of each touchpoint in its system."""
        return [
            (f"{draft.source}\0{draft.external_id}",) if draft.external_id else ()
            for draft, _customer in values
        ]

    def _number_at(self) -> Callable[[Sequence[str]], str]:
        position = self._at.positions.get("external_id")
        if position is None:
            return lambda cells: self._at.text(cells, "external_id")
        return lambda cells: cells[position].strip() if position < len(cells) else ""

    def _item(self, rows: Sequence[FileRow]) -> Item:
        try:
            return Item(rows, self._draft(rows))
        except GuanxiError as error:
            return Item(rows, error=error)

    def _draft(self, rows: Sequence[FileRow]) -> tuple[Draft, str]:
        first = rows[0][1]

        def text(key: str) -> str:
            return self._at.text(first, key)

        lines = tuple(self._line(cells) for _, cells in rows) if self._lines else ()
        amount = self._amount(text("amount"), lines)
        kind = text("kind") or ("return" if amount is not None and amount < 0 else "purchase")
        customer = text("customer_id")
        draft = Draft(
            channel=text("channel"),
            kind=kind,
            occurred_at=self._instant(text("occurred_at")),
            direction=text("direction") or "in",
            subject=text("subject") or None,
            note=text("note") or None,
            outcome=text("outcome") or None,
            amount=None if lines else amount,
            currency=text("currency") or None if amount is not None else None,
            lines=lines,
            source=text("source"),
            external_id=clean_external_id(text("external_id")) if text("external_id") else None,
        )
        return draft, clean_external_id(customer) if customer else ""

    def _line(self, cells: Sequence[str]) -> Line:
        text = self._at.text
        return Line(
            text(cells, "product"),
            text(cells, "description") or None,
            parse_decimal(text(cells, "quantity"), decimal_comma=self._comma),
            parse_decimal(text(cells, "unit_price"), decimal_comma=self._comma),
        )

    def _amount(self, text: str, lines: Sequence[Line]) -> Decimal | None:
        if lines:
            return sum((line.quantity * line.unit_price for line in lines), Decimal(0))
        return parse_decimal(text, decimal_comma=self._comma) if text else None

    def _instant(self, text: str) -> datetime:
        return parse_instant(
            text, self._zone, order=self._order, on_skipped="forward", on_repeated="earlier"
        )

    def _identity(self, number: str) -> Identity | None:
        source = self._at.constants.get("customer_source") or self._at.constants.get("source", "")
        try:
            return normalise_external(source, number)
        except GuanxiError:
            return None

    def _find_customers(self, session: Session, values: Sequence[tuple[Draft, str]]) -> None:
        unknown = {number for _, number in values if number} - self._customers.keys()
        identities = {number: self._identity(number) for number in unknown}
        holders = holders_of(session, [one for one in identities.values() if one])
        for number, identity in identities.items():
            self._customers[number] = holders.get(key_of(identity)) if identity else None

    def _with_customer(self, draft: Draft, number: str) -> Draft:
        if not number:
            return draft
        customer_id = self._customers[number]
        if customer_id is None:
            return _changed(draft, customer_hint=number)
        return _changed(draft, customer_id=customer_id)


def _changed(draft: Draft, **values: Any) -> Draft:
    fields = {name: getattr(draft, name) for name in Draft.__slots__}
    return Draft(**{**fields, **values})


def _start(header: Sequence[str], mapping: ColumnMapping, context: ImportContext) -> RowImporter:
    return TouchpointRows(header, mapping, context)


def _undo(session: Session, import_id: UUID, now: datetime) -> Undone:
    done = undo_import(session, import_id, "The import was taken back.", now=now)
    return Undone(removed=done.voided, kept=done.kept, more=done.voided > 0)


TOUCHPOINTS = ImporterKind(
    "touchpoints",
    Text("Touchpoints and purchases", "接触记录与购买"),
    FIELDS,
    _start,
    _undo,
    batch=1000,
    repeated="unchanged",
)
