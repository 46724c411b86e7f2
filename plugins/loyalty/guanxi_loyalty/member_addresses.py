"""Where a member's own page is: the address of a link, for pages and API. Needs the request."""

from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from guanxi.sdk import current, settings_of
from guanxi_loyalty.members.links import LinkSigner
from guanxi_loyalty.models import MemberLink


def signer() -> LinkSigner:
    """Return what makes and reads links of this installation."""
    return LinkSigner(current.platform().secrets.signing_key)


def address_of(link: MemberLink) -> str:
    """Return the address of the page that a link opens."""
    base: str = current.platform().config.base_url
    return base + url_for("loyalty.own", token=signer().token(link))


def lifetime(session: Session) -> timedelta:
    """Return how long a new link opens the page."""
    return timedelta(days=settings_of(session, "loyalty")["member_link_days"])
