"""The rows of new customers: a draft in, the values of the tables out, without the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Table

from guanxi.customers.domain import drafts
from guanxi.customers.domain.drafts import CustomerDraft, Kind
from guanxi.customers.domain.identities import Identity, IdentityKind
from guanxi.customers.domain.search import search_tokens, token_numbers
from guanxi.customers.models import Customer, CustomerIdentity
from guanxi.ids import new_id

CUSTOMERS: Final[Table] = Customer.__table__  # type: ignore[assignment]
IDENTITIES: Final[Table] = CustomerIdentity.__table__  # type: ignore[assignment]

CUSTOMER_COLUMNS: Final = (
    "id",
    "kind",
    "display_name",
    "family_name",
    "given_name",
    "name_order",
    "sort_name",
    "language",
    "country",
    "region",
    "city",
    "street",
    "postcode",
    "birthday",
    "note",
    "owner_id",
    "tags",
    "custom",
    "source",
    "invented",
    "import_id",
    "search_tokens",
    "created_at",
    "updated_at",
)
IDENTITY_COLUMNS: Final = (
    "id",
    "customer_id",
    "kind",
    "source",
    "value",
    "display",
    "created_at",
)
_TAGS, _OWNER, _SOURCE = map(CUSTOMER_COLUMNS.index, ("tags", "owner_id", "source"))
_UNAUDITED: Final = frozenset(
    {"id", "sort_name", "search_tokens", "created_at", "updated_at", "import_id"}
)
_AUDITED: Final = tuple((i, c) for i, c in enumerate(CUSTOMER_COLUMNS) if c not in _UNAUDITED)


class NewCustomer(NamedTuple):
    """A customer about to be written: its row, and its identities with their ids."""

    id: UUID
    kind: Kind
    row: tuple[Any, ...]
    identities: tuple[tuple[UUID, Identity], ...]

    @property
    def identity_values(self) -> list[Identity]:
        """The identities without their ids."""
        return [identity for _id, identity in self.identities]

    @property
    def tags(self) -> list[str]:
        """The tags, clean."""
        tags: list[str] = self.row[_TAGS]
        return tags

    @property
    def owner_id(self) -> UUID | None:
        """Who is to look after the customer."""
        owner: UUID | None = self.row[_OWNER]
        return owner

    @property
    def source(self) -> str | None:
        """Where the customer first came from."""
        source: str | None = self.row[_SOURCE]
        return source

    def values(self) -> dict[str, Any]:
        """Return the row by column name."""
        return dict(zip(CUSTOMER_COLUMNS, self.row, strict=True))


def prepare(draft: CustomerDraft, *, now: datetime, import_id: UUID | None = None) -> NewCustomer:
    """Return the rows for ``draft`` after checking everything that can be checked without looking.

    :raises InvalidCustomer: the sentence says which field and what to write instead.
    :raises InvalidText: a text that cannot be stored.
    """
    kind = drafts.checked_kind(draft.kind)
    identities = drafts.checked_identities(draft.identities)
    name = drafts.name_of(draft)
    customer_id = new_id()
    row = (
        customer_id,
        kind,
        name.display_name,
        name.family_name,
        name.given_name,
        name.name_order,
        name.sort_name,
        drafts.checked_language(draft.language),
        drafts.checked_country(draft.country),
        drafts.checked_text(draft.region, "region"),
        drafts.checked_text(draft.city, "city"),
        drafts.checked_text(draft.street, "street"),
        drafts.checked_text(draft.postcode, "postcode"),
        drafts.checked_birthday(draft.birthday, now.date()),
        drafts.checked_text(draft.note, "note"),
        draft.owner_id,
        drafts.checked_tags(draft.tags),
        dict(draft.custom),
        drafts.checked_text(draft.source, "source"),
        draft.invented,
        import_id,
        tokens_of([name.display_name], identities),
        now,
        now,
    )
    return NewCustomer(customer_id, kind, row, tuple((new_id(), one) for one in identities))


def identity_rows(customer: NewCustomer, now: datetime) -> list[tuple[Any, ...]]:
    """Return the rows of a new customer's identities."""
    customer_id = customer.id
    return [
        identity_row(identity_id, customer_id, identity, now)
        for identity_id, identity in customer.identities
    ]


def identity_row(
    identity_id: UUID, customer_id: UUID, identity: Identity, now: datetime
) -> tuple[Any, ...]:
    """Return one row of ``customer_identities`` in the order of ``IDENTITY_COLUMNS``."""
    kind, source, value, display = identity
    return (identity_id, customer_id, str(kind), source, value, display, now)


def tokens_of(names: Sequence[str], identities: Sequence[Identity]) -> list[int]:
    """Return the numbers of the search tokens of somebody with these names and identities."""
    by_kind: dict[str, list[str]] = {}
    for identity in identities:
        by_kind.setdefault(identity.kind, []).append(identity.value)
    tokens = search_tokens(
        names,
        by_kind.get(IdentityKind.EMAIL, ()),
        by_kind.get(IdentityKind.PHONE, ()),
        [*by_kind.get(IdentityKind.EXTERNAL, ()), *by_kind.get(IdentityKind.SOCIAL, ())],
    )
    return token_numbers(tokens)


def audited(customer: NewCustomer) -> Mapping[str, Any]:
    """Return what the audit log says of a new customer: the fields that are filled."""
    row = customer.row
    filled = {name: row[i] for i, name in _AUDITED if row[i]}
    if customer.identities:
        filled["identities"] = [label(identity) for identity in customer.identity_values]
    return filled


def label(identity: Identity) -> str:
    """Return an identity in one line, for the audit log: ``email ann@example.com``."""
    kind = f"{identity.kind}:{identity.source}" if identity.source else str(identity.kind)
    return f"{kind} {identity.value}"
