"""Customers from a file: one row is one customer, found again by its identities."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identities import (
    Identity,
    normalise_email,
    normalise_external,
    normalise_phone,
    normalise_social,
)
from guanxi.customers.domain.undo import undo_import
from guanxi.customers.domain.upserting import upsert_customers
from guanxi.errors import GuanxiError, Invalid
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
)
from guanxi.imports.files.values import clean_external_id, parse_bool, parse_date

_TEXTS = (
    "name", "family_name", "given_name", "name_order", "language", "country", "region", "city",
    "street", "postcode", "note", "source",
)  # fmt: skip

FIELDS = (
    ImportField("kind", Text("Kind", "类型"), aliases=("type",)),
    ImportField(
        "name", Text("Full name", "全名"), aliases=("name", "customer", "姓名", "名称", "公司")
    ),
    ImportField("family_name", Text("Family name", "姓"), aliases=("last name", "surname")),
    ImportField("given_name", Text("Given name", "名"), aliases=("first name",)),
    ImportField("name_order", Text("Name order", "姓名顺序")),
    ImportField(
        "external_id",
        Text("Number in the other system", "外部编号"),
        aliases=("id", "customer id", "customerid", "编号"),
    ),
    ImportField("external_source", Text("The other system", "外部系统"), aliases=("system",)),
    ImportField("email", Text("E-mail", "电子邮件"), aliases=("e-mail", "mail", "邮箱")),
    ImportField("phone", Text("Phone", "电话"), aliases=("mobile", "tel", "手机", "手机号")),
    ImportField("social", Text("Social account", "社交账号"), aliases=("handle",)),
    ImportField("social_platform", Text("Social platform", "社交平台"), aliases=("platform",)),
    ImportField("language", Text("Language", "语言")),
    ImportField("country", Text("Country", "国家/地区"), aliases=("国家",)),
    ImportField("region", Text("Region", "省/州"), aliases=("state", "province", "省份")),
    ImportField("city", Text("City", "城市")),
    ImportField("street", Text("Street", "街道"), aliases=("address", "地址")),
    ImportField("postcode", Text("Postcode", "邮编"), aliases=("zip", "postal code")),
    ImportField("birthday", Text("Birthday", "生日"), aliases=("date of birth", "出生日期")),
    ImportField("tags", Text("Tags", "标签")),
    ImportField("note", Text("Note", "备注"), aliases=("comment",)),
    ImportField("source", Text("First source", "首次来源")),
    ImportField("invented", Text("Invented name", "虚构姓名")),
)


class CustomerRows:
    """The importer of one file of customers."""

    def __init__(
        self, header: Sequence[str], mapping: ColumnMapping, context: ImportContext
    ) -> None:
        self._at = Places.of(header, mapping)
        self._region = context.phone_region
        order = mapping.options.get("date_order")
        self._date_order: Any = order if order in ("day_first", "month_first") else None
        if self._at.has("external_id") and not self._at.has("external_source"):
            raise Invalid("Say which system the numbers come from, so that they can be told apart.")
        if self._at.has("social") and not self._at.has("social_platform"):
            raise Invalid("Say which platform the social accounts are on.")

    def items(self, rows: Callable[[], Iterable[FileRow]]) -> Iterator[Item]:
        """Yield a draft per row."""
        for row in rows():
            try:
                yield Item((row,), self._draft(row[1]))
            except GuanxiError as error:
                yield Item((row,), error=error)

    def write(
        self, session: Session, values: Sequence[Any], *, now: datetime, import_id: UUID
    ) -> list[Outcome | GuanxiError]:
        """Create new customers, change those who are there."""
        results = upsert_customers(session, values, now=now, import_id=import_id)
        return [r if isinstance(r, GuanxiError) else r.outcome for r in results]

    def _draft(self, cells: Sequence[str]) -> CustomerDraft:
        def text(key: str) -> str:
            return self._at.text(cells, key)

        birthday, invented = text("birthday"), text("invented")
        values: dict[str, Any] = {key: text(key) or None for key in _TEXTS}
        return CustomerDraft(
            kind=_kind(text("kind")),
            birthday=parse_date(birthday, self._date_order) if birthday else None,
            tags=_tags(text("tags")),
            invented=parse_bool(invented) if invented else False,
            identities=tuple(self._identities(text)),
            **values,
        )

    def _identities(self, text: Callable[[str], str]) -> Iterator[Identity]:
        if external := text("external_id"):
            yield normalise_external(text("external_source"), clean_external_id(external))
        if email := text("email"):
            yield normalise_email(email)
        if phone := text("phone"):
            yield normalise_phone(phone, self._region)
        if social := text("social"):
            yield normalise_social(text("social_platform"), social)


def _kind(text: str) -> str:
    organisation = {"organisation", "organization", "company", "组织", "公司", "企业"}
    return "organisation" if text.lower() in organisation else "person"


def _tags(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    parts = text.replace("，", ",").replace(";", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _start(header: Sequence[str], mapping: ColumnMapping, context: ImportContext) -> RowImporter:
    return CustomerRows(header, mapping, context)


def _undo(session: Session, import_id: UUID, now: datetime) -> int:
    return undo_import(session, import_id, now=now)


CUSTOMERS = ImporterKind("customers", Text("Customers", "客户"), FIELDS, _start, _undo, batch=4000)
