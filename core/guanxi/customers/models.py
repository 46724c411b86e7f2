"""Tables of customers: who they are, how they are reached, what they agreed to."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId


class Customer(Base):
    """A person or an organisation (客户).

    ``version`` grows with each change and is the ETag. A merged customer stays as a row that
    points to the one it became; an erased one stays without personal data.
    """

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'organisation')", name="kind"),
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        Index("ix_customers_search", "search_tokens", postgresql_using="gin"),
        Index("ix_customers_tags", "tags", postgresql_using="gin"),
        Index(
            "ix_customers_sort_name",
            "sort_name",
            "id",
            postgresql_where=text("merged_into IS NULL AND erased_at IS NULL"),
        ),
        Index("ix_customers_created_at", "created_at", "id"),
        Index("ix_customers_country", "country", "id"),
        Index(
            "ix_customers_organisations",
            "sort_name",
            "id",
            postgresql_where=text(
                "kind = 'organisation' AND merged_into IS NULL AND erased_at IS NULL"
            ),
        ),
        Index(
            "ix_customers_closed",
            "sort_name",
            "id",
            postgresql_where=text(
                "status = 'closed' AND merged_into IS NULL AND erased_at IS NULL"
            ),
        ),
        Index("ix_customers_owner_id", "owner_id", "id"),
        Index(
            "ix_customers_merged_into",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        Index(
            "ix_customers_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")
        ),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[str]
    display_name: Mapped[str]
    family_name: Mapped[str | None]
    given_name: Mapped[str | None]
    name_order: Mapped[str] = mapped_column(server_default="western")
    """``eastern`` (family name first, 姓在前) or ``western``."""
    sort_name: Mapped[str] = mapped_column(Text(collation="C"))
    """Compared code point by code point; see ``names.sort_key``."""
    language: Mapped[str | None]
    country: Mapped[str | None]
    """ISO 3166-1 alpha-2 where known, else as the source wrote it."""
    region: Mapped[str | None]
    city: Mapped[str | None]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    birthday: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(server_default="active")
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    custom: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    source: Mapped[str | None]
    """Where the customer first came from; set once (首次来源)."""
    invented: Mapped[bool] = mapped_column(server_default=text("false"))
    """The name is made up, as in the demo data."""
    import_id: Mapped[UUID | None]
    search_tokens: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default="{}", deferred=True
    )
    """The numbers of the tokens; see ``search/numbers.py``."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    erased_at: Mapped[datetime | None]


class CustomerIdentity(Base):
    """A way to recognise a customer: e-mail, phone in E.164, external id, social handle.

    ``value`` is normalised and unique within ``kind`` and ``source``; ``display`` is as written.
    """

    __tablename__ = "customer_identities"
    __table_args__ = (
        UniqueConstraint("kind", "source", "value"),
        CheckConstraint("kind IN ('email', 'phone', 'external', 'social')", name="kind"),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="")
    """The foreign system or social platform; empty for e-mail and phone."""
    value: Mapped[str]
    display: Mapped[str]
    verified: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime]


class CustomerMembership(Base):
    """A person belongs to an organisation, in a role (联系人)."""

    __tablename__ = "customer_memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        Index(
            "ix_customer_memberships_import_id",
            "import_id",
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    role: Mapped[str | None]
    created_at: Mapped[datetime]
    import_id: Mapped[UUID | None]


class CustomerConsent(Base):
    """One decision about one channel and purpose; the latest row counts, all are kept."""

    __tablename__ = "customer_consents"
    __table_args__ = (
        Index("ix_customer_consents_latest", "customer_id", "channel", "purpose", "at"),
        Index(
            "ix_customer_consents_import_id",
            "import_id",
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    purpose: Mapped[str]
    given: Mapped[bool]
    at: Mapped[datetime]
    evidence: Mapped[str | None]
    """How it was given: form, call, the version of the text."""
    actor_name: Mapped[str]
    import_id: Mapped[UUID | None]


class CustomField(Base):
    """A field that the admin made; its values live in ``customers.custom``."""

    __tablename__ = "custom_fields"

    key: Mapped[str] = mapped_column(primary_key=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    type: Mapped[str]
    """text, number, money, date, boolean, choice or choices."""
    choices: Mapped[list[Any]] = mapped_column(server_default="[]")
    applies_to: Mapped[str] = mapped_column(server_default="both")
    sensitive: Mapped[bool] = mapped_column(server_default=text("false"))
    position: Mapped[int] = mapped_column(server_default=text("0"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))


class Tag(Base):
    """A tag (标签) that staff may put on customers."""

    __tablename__ = "tags"

    name: Mapped[str] = mapped_column(primary_key=True)
    colour: Mapped[str] = mapped_column(server_default="blue")


class CustomerMerge(Base):
    """One merge, with all that is needed to take it back."""

    __tablename__ = "customer_merges"

    id: Mapped[PrimaryId]
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    at: Mapped[datetime]
    actor_name: Mapped[str]
    undo: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]


class CustomerMergeMove(Base):
    """A row that a merge gave to the kept customer, so that it can be given back.

    Kept as rows of its own, for a customer may have very many touchpoints.
    """

    __tablename__ = "customer_merge_moves"

    merge_id: Mapped[UUID] = mapped_column(
        ForeignKey("customer_merges.id", ondelete="CASCADE"), primary_key=True
    )
    table_name: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)


class CustomerListChoice(Base):
    """Which columns a user last chose for the customer list."""

    __tablename__ = "customer_list_choices"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    columns: Mapped[list[Any]]


class DuplicateSuggestion(Base):
    """Two customers that may be the same person, with the reasons (疑似重复)."""

    __tablename__ = "duplicate_suggestions"
    __table_args__ = (
        CheckConstraint("a_id < b_id", name="ordered"),
        CheckConstraint("state IN ('open', 'dismissed', 'merged')", name="state"),
        Index(
            "ix_duplicate_suggestions_open",
            text("score DESC"),
            "a_id",
            "b_id",
            postgresql_where=text("state = 'open'"),
        ),
    )

    a_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    b_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True, index=True)
    score: Mapped[float]
    reasons: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(server_default="open")
    found_at: Mapped[datetime]


class CustomerMatchKeys(Base):
    """What a customer may be recognised by as a duplicate: hashes of blocking keys.

    Derived; ``version`` is the customer's when they were made.
    """

    __tablename__ = "customer_match_keys"
    __table_args__ = (Index("ix_customer_match_keys_keys", "keys", postgresql_using="gin"),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    keys: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    version: Mapped[int]


class CustomerActivity(Base):
    """Derived from the log by the core's own reader: how often and when there was contact."""

    __tablename__ = "customer_activity"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    touchpoints: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime] = mapped_column(index=True)
    last_inbound_at: Mapped[datetime | None]
    last_outbound_at: Mapped[datetime | None]


class CustomerTrade(Base):
    """Derived from the log: purchases and returns per currency. ``revenue`` is net of returns."""

    __tablename__ = "customer_trade"
    __table_args__ = (
        Index("ix_customer_trade_revenue", "currency", "revenue"),
        Index("ix_customer_trade_purchases", "currency", "purchases", "customer_id"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    purchases: Mapped[int]
    returns: Mapped[int]
    revenue: Mapped[Decimal]
    first_purchase_at: Mapped[datetime | None]
    last_purchase_at: Mapped[datetime | None]
