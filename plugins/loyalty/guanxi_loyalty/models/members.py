"""Links to members' own pages (会员专属链接)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base


class MemberLink(Base):
    """A link that opens one member's own page until it expires or is revoked.

    Its address is the signed id; nothing that could open a page is stored.
    """

    __tablename__ = "loyalty_member_links"
    __table_args__ = (Index("ix_loyalty_member_links_customer_id", "customer_id", "made_at"),)

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
