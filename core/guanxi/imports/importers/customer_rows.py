"""Reads one row of a file of customers: a draft, and what goes with it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guanxi.customers.domain.consents import Decision
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identities import (
    Identity,
    normalise_email,
    normalise_external,
    normalise_phone,
    normalise_social,
)
from guanxi.customers.models import CustomField
from guanxi.errors import Invalid
from guanxi.imports.cells import Places
from guanxi.imports.contract import ColumnMapping, ImportContext
from guanxi.imports.files.values import clean_external_id, parse_bool, parse_date, parse_instant
from guanxi.imports.importers.custom_cells import read_custom, split
from guanxi.imports.importers.customer_fields import CONSENTS, CUSTOM
from guanxi.imports.zone import zone_named

_TEXTS: Final = (
    "name", "family_name", "given_name", "name_order", "language", "country", "region", "city",
    "street", "postcode", "note", "source",
)  # fmt: skip
_ORGANISATION: Final = frozenset(
    {"organisation", "organization", "company", "business", "组织", "公司", "企业", "单位"}
)
_PERSON: Final = frozenset({"person", "individual", "contact", "个人", "联系人"})
Read = Callable[[str], str]
"""Gives the text of a field in the row at hand."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Where a person belongs, as the file names it."""

    name: str
    identity: Identity | None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """What one row says about a customer."""

    draft: CustomerDraft
    owner: str = ""
    """The e-mail address of a user, in small letters."""
    organisation: Organisation | None = None
    role: str | None = None
    decisions: tuple[Decision, ...] = ()
    decided_at: datetime | None = None


class RowReader:
    """Reads the rows of one file. ``field`` is the field that was read last, for errors."""

    def __init__(self, at: Places, mapping: ColumnMapping, context: ImportContext) -> None:
        self.field = ""
        self._at = at
        self._cells: Sequence[str] = ()
        self._region = context.phone_region
        self._zone = zone_named(mapping.options.get("time_zone") or context.time_zone)
        order = mapping.options.get("date_order")
        self._order: Any = order if order in ("day_first", "month_first") else None
        self._comma = mapping.options.get("decimal_comma") == "true"
        self._custom = [
            (f"{CUSTOM}{key}", field)
            for key, field in context.custom_fields.items()
            if at.has(f"{CUSTOM}{key}")
        ]
        self._filled = at.positions.keys() | at.constants.keys()
        self._texts = [key for key in _TEXTS if at.has(key)]
        self._consents = [key for key in CONSENTS if at.has(key)]
        self._plain = not any(at.has(key) for key in ("owner", "organisation", "organisation_id"))
        self._file = context.file_name

    def read(self, cells: Sequence[str]) -> CustomerRow:
        """Return what a row says.

        :raises GuanxiError: a cell cannot be read; ``field`` says which.
        """
        self._cells = cells
        draft = self._draft()
        if self._plain and not self._consents:
            return CustomerRow(draft)
        return CustomerRow(
            draft,
            owner=self._text("owner").lower(),
            organisation=self._organisation(draft.kind),
            role=self._text("role") or None,
            decisions=tuple(self._decisions()),
            decided_at=self._decided_at(),
        )

    def _text(self, key: str) -> str:
        if key not in self._filled:  # most fields of most files
            return ""
        self.field = key
        return self._at.text(self._cells, key)

    def _draft(self) -> CustomerDraft:
        text = self._text
        birthday, invented = text("birthday"), False
        day = parse_date(birthday, self._order) if birthday else None
        if stated := text("invented"):
            invented = parse_bool(stated)
        kind = _kind(text("kind"))
        values: dict[str, Any] = {key: text(key) or None for key in self._texts}
        return CustomerDraft(
            kind=kind,
            birthday=day,
            tags=split(text("tags")),
            invented=invented,
            identities=tuple(self._identities()),
            custom=dict(self._custom_values()),
            **values,
        )

    def _identities(self) -> Iterator[Identity]:
        text = self._text
        if external := text("external_id"):
            yield normalise_external(text("external_source"), clean_external_id(external))
        if email := text("email"):
            yield normalise_email(email)
        if phone := text("phone"):
            yield normalise_phone(phone, self._region)
        if social := text("social"):
            yield normalise_social(text("social_platform"), social)

    def _custom_values(self) -> Iterator[tuple[str, Any]]:
        for key, field in self._custom:
            if text := self._text(key):
                yield field.key, self._custom_value(field, text)

    def _custom_value(self, field: CustomField, text: str) -> Any:
        return read_custom(field, text, date_order=self._order, decimal_comma=self._comma)

    def _organisation(self, kind: str) -> Organisation | None:
        number, name = self._text("organisation_id"), self._text("organisation")
        if not (number or name):
            return None
        if kind != "person":
            raise Invalid("Only a person belongs to an organisation.")
        source = self._at.text(self._cells, "external_source")
        identity = normalise_external(source, clean_external_id(number)) if number else None
        return Organisation(name, identity)

    def _decisions(self) -> Iterator[Decision]:
        evidence = self._text("consent_evidence") or self._file or None
        for key in self._consents:
            if text := self._text(key):
                purpose, channel = CONSENTS[key]
                yield Decision(channel, purpose, parse_bool(text), evidence)

    def _decided_at(self) -> datetime | None:
        text = self._text("consent_at")
        if not text:
            return None
        return parse_instant(text, self._zone, order=self._order, on_skipped="forward")


def _kind(text: str) -> str:
    word = text.casefold()
    if word in _ORGANISATION:
        return "organisation"
    if word and word not in _PERSON:
        raise Invalid("“%(text)s” is neither a person nor an organisation.", text=text[:60])
    return "person"
