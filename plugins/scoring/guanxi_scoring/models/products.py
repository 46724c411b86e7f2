"""Next best product: what sells, what goes with what, what is offered to whom, what came of it.

``Insight`` and ``Preference`` are what mining finds: statements to confirm, not facts.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text as SqlText

from guanxi.sdk import Customer, PrimaryId
from guanxi_scoring.models.base import Base
from guanxi_scoring.models.life import Model


class Product(Base):
    """A product that was ever sold (产品), as of the last scoring; see ``products.catalogue``."""

    __tablename__ = "scoring_products"

    product: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str | None]
    """As on the latest line that had one."""
    buyers: Mapped[int] = mapped_column(Integer)
    """How many customers have ever bought and kept it."""
    last_sold_on: Mapped[date] = mapped_column(Date)
    available: Mapped[bool]
    """It may be recommended."""
    once_only: Mapped[bool]
    """Who has one wants no second (耐用品)."""


class ProductRule(Base):
    """What an admin says of products whose code fits a pattern; see ``products.rules``."""

    __tablename__ = "scoring_product_rules"
    __table_args__ = (
        CheckConstraint(
            "mark IN ('once_only', 'unavailable', 'available', 'ignored')", name="mark"
        ),
    )

    id: Mapped[PrimaryId]
    pattern: Mapped[str] = mapped_column(unique=True)
    """A product code; ``*`` stands for anything."""
    mark: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    actor_name: Mapped[str]


class Neighbour(Base):
    """Products that the same customers buy (关联产品): the nearest few of each product."""

    __tablename__ = "scoring_product_neighbours"

    product: Mapped[str] = mapped_column(primary_key=True)
    neighbour: Mapped[str] = mapped_column(primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey(Model.id, ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    """The version that it was learnt with."""
    similarity: Mapped[float]
    together: Mapped[int] = mapped_column(Integer)
    """How many customers bought both."""


class Popular(Base):
    """What sells best at the moment, everywhere (``country`` empty) or in one country."""

    __tablename__ = "scoring_popular_products"

    country: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    product: Mapped[str]
    buyers: Mapped[int] = mapped_column(Integer)


class NextProduct(Base):
    """What to offer a customer next (下一最佳产品), best first; only for who has bought."""

    __tablename__ = "scoring_next_products"
    __table_args__ = (Index("ix_scoring_next_products_product", "product"),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    rank: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    product: Mapped[str]
    score: Mapped[float]
    source: Mapped[str]
    """``items``: by what was bought; ``country`` or ``popular``: what sells best."""
    because: Mapped[list[str]] = mapped_column(ARRAY(SqlText))
    """The products bought that speak for it most, the strongest first."""
    model_id: Mapped[UUID] = mapped_column(ForeignKey(Model.id, ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    as_of: Mapped[datetime]


class Offer(Base):
    """A recommendation that was made or, for comparison, held back (推荐与对照)."""

    __tablename__ = "scoring_product_offers"
    __table_args__ = (
        CheckConstraint("arm IN ('offered', 'control')", name="arm"),
        Index("ix_scoring_product_offers_customer_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    product: Mapped[str]
    rank: Mapped[int | None] = mapped_column(SmallInteger)
    """Its place among the recommendations then; None: it was not among them."""
    arm: Mapped[str]
    days: Mapped[int] = mapped_column(Integer)
    """It counts as taken up if the product is bought within so many days."""
    at: Mapped[datetime]
    actor_name: Mapped[str]


class Insight(Base):
    """A finding of data mining (洞察): a statement, its evidence, and what people think of it.

    ``new`` is a hypothesis; ``confirmed`` and ``rejected`` were decided by a person, with why;
    ``expired`` was not seen again in time. What is rejected is never put forward again.
    """

    __tablename__ = "scoring_insights"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'confirmed', 'rejected', 'expired')", name="state"),
        CheckConstraint("kind IN ('association', 'trait', 'sequence', 'cluster')", name="kind"),
        Index("ix_scoring_insights_state", "state", text("strength DESC"), "id"),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    """What it is about, so that the same finding is the same insight next week."""
    subject: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What its rows are found by: products, trait, days, number of the cluster."""
    statement: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A sentence: message and values."""
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Its figures by name: customers, both, support, confidence, lift, p, q."""
    strength: Mapped[float]
    """By which insights of a kind are sorted: the lift."""
    state: Mapped[str] = mapped_column(server_default="new")
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it was last found again."""
    as_of: Mapped[datetime]
    """It knows nothing from this instant on."""
    expires_at: Mapped[datetime]
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None]
    """Who looks after it: whoever decided about it, or took it on."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Cluster(Base):
    """Which group of like behaviour a customer is in (聚类), by the latest run."""

    __tablename__ = "scoring_clusters"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    cluster: Mapped[int] = mapped_column(SmallInteger)


class Preference(Base):
    """What a customer seems to prefer (客户偏好), with its evidence; see ``mining.preferences``.

    ``inferred`` comes and goes with the data; ``confirmed`` and ``rejected`` were said by staff or
    the customer and stay.
    """

    __tablename__ = "scoring_preferences"
    __table_args__ = (
        CheckConstraint("state IN ('inferred', 'confirmed', 'rejected')", name="state"),
        CheckConstraint("said_by IN ('staff', 'customer')", name="said_by"),
        CheckConstraint("(state = 'inferred') = (said_by IS NULL)", name="decided"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    """``product``, ``word``, ``channel``, ``weekday``, ``daytime`` or ``price``."""
    value: Mapped[str] = mapped_column(primary_key=True)
    evidence: Mapped[int] = mapped_column(Integer)
    """How often it was so, ``of`` so many occasions."""
    of: Mapped[int] = mapped_column(Integer)
    usual: Mapped[float]
    """The share among all customers."""
    confidence: Mapped[float]
    """The lower bound of this customer's share (Wilson, 1927)."""
    state: Mapped[str] = mapped_column(server_default="inferred")
    said_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class PreferenceShare(Base):
    """How usual something is among all customers, by the latest run: what one is compared with."""

    __tablename__ = "scoring_preference_shares"

    dimension: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    share: Mapped[float]
    limits: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Of ``price``: from which unit price to which."""
