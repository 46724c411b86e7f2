"""The link to a member's own page, as staff see it."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import current
from guanxi_loyalty import symbols
from guanxi_loyalty.member_addresses import address_of
from guanxi_loyalty.members.links import link_of


def link_values(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return the member's link with its QR code; None if there is none that opens anything."""
    link = link_of(session, customer_id, now=current.now())
    if link is None:
        return None
    address = address_of(link)
    return {
        "address": address,
        "qr": symbols.qr_code(address),
        "made_at": link.made_at,
        "made_by": link.made_by,
        "expires_at": link.expires_at,
    }
