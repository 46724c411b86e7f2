"""Signed links to members' own pages: made, found, revoked.

The address carries the link's id with an HMAC-SHA-256 (RFC 2104) under the installation's key:
without the key no address can be made up, and one that was not made here costs no look into the
database. When the link ends stands in its row, so it can be ended at any time.
"""

import base64
import binascii
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from itsdangerous import BadSignature, Signer
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, NotFound, customers, new_id, record
from guanxi_loyalty.models import MemberLink
from guanxi_loyalty.texts import N_

LIFETIME: Final = timedelta(days=365)
_SALT: Final = "loyalty-member-link"
_NOTHING: Final = N_("This link opens nothing.")


class LinkSigner:
    """Makes and reads the part of an address that says which link it is.

    :param key: the installation's signing key.
    """

    def __init__(self, key: str) -> None:
        self._signer = Signer(key, salt=_SALT, digest_method=sha256)

    def token(self, link: MemberLink) -> str:
        """Return what stands in the address."""
        packed = base64.urlsafe_b64encode(link.id.bytes).rstrip(b"=")
        return self._signer.sign(packed).decode()

    def read(self, token: str) -> UUID | None:
        """Return which link a token names; None if it was not made here."""
        try:
            packed = self._signer.unsign(token.encode())
            return UUID(bytes=base64.urlsafe_b64decode(packed + b"=="))
        except (BadSignature, ValueError, binascii.Error, UnicodeError):
            return None


def link_of(session: Session, customer_id: UUID, *, now: datetime) -> MemberLink | None:
    """Return the latest link of a member that still opens the page; None if there is none."""
    wanted = select(MemberLink).where(
        MemberLink.customer_id == customer_id,
        MemberLink.revoked_at.is_(None),
        MemberLink.expires_at > now,
    )
    return session.scalar(wanted.order_by(MemberLink.made_at.desc(), MemberLink.id.desc()).limit(1))


def make_link(
    session: Session,
    customer_id: UUID,
    *,
    now: datetime,
    by: str,
    lifetime: timedelta = LIFETIME,
    renew: bool = False,
) -> MemberLink:
    """Return the member's link; a new one if there is none, or where it is renewed.

    Of two at once both get the same. A renewed link ends all that were handed out before.
    """
    customers.get(session, customer_id, lock=True)
    found = None if renew else link_of(session, customer_id, now=now)
    if found is not None:
        return found
    if renew:
        revoke_links(session, customer_id, now=now)
    made = MemberLink(
        id=new_id(), customer_id=customer_id, made_at=now, made_by=by, expires_at=now + lifetime
    )
    session.add(made)
    session.flush()
    after = {"expires_at": made.expires_at}
    record(session, "loyalty.member_link_made", ("customer", str(customer_id)), after=after)
    return made


def revoke_links(session: Session, customer_id: UUID, *, now: datetime) -> int:
    """End all links of a member; return how many there were."""
    ended = session.scalars(
        update(MemberLink)
        .where(MemberLink.customer_id == customer_id, MemberLink.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(MemberLink.id)
    ).all()
    if ended:
        after = {"count": len(ended)}
        record(session, "loyalty.member_links_revoked", ("customer", str(customer_id)), after=after)
    return len(ended)


def open_link(session: Session, signer: LinkSigner, token: str, *, now: datetime) -> Customer:
    """Return whose page a token opens.

    :raises NotFound: it was not made here, has expired or was revoked, or the member is gone;
        which of them is told to nobody.
    """
    link_id = signer.read(token)
    link = session.get(MemberLink, link_id, populate_existing=True) if link_id else None
    if link is None or link.revoked_at is not None or link.expires_at <= now:
        raise NotFound(_NOTHING)
    found = customers.get(session, link.customer_id)
    if found.erased_at is not None:
        raise NotFound(_NOTHING)
    return found
