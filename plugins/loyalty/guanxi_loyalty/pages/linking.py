"""Staff make, renew and end the link to a member's own page."""

from uuid import UUID

from flask import request

from guanxi.sdk import current
from guanxi_loyalty.member_addresses import lifetime
from guanxi_loyalty.members.links import make_link, revoke_links
from guanxi_loyalty.pages.blueprint import GRANT, pages
from guanxi_loyalty.pages.carrying_out import Answer, Work, carry_out
from guanxi_loyalty.pages.commands import MEMBER
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.texts import _


@pages.post(f"{MEMBER}/link", permission=GRANT)
def member_link(customer_id: UUID, programme: str) -> Answer:
    """Make the link, or end all before it and make another."""
    renew = request.form.get("renew") == "1"

    def work(at: Work) -> str:
        make_link(
            at.session,
            at.customer.id,
            now=current.now(),
            by=actor(),
            lifetime=lifetime(at.session),
            renew=renew,
        )
        return _("A new link; the one before opens nothing.") if renew else _("The link is made.")

    return carry_out(customer_id, programme, "link", work)


@pages.post(f"{MEMBER}/link/revoke", permission=GRANT)
def revoke_member_link(customer_id: UUID, programme: str) -> Answer:
    """End all links of the member."""

    def work(at: Work) -> str:
        revoke_links(at.session, at.customer.id, now=current.now())
        return _("The link opens nothing any more.")

    return carry_out(customer_id, programme, "link", work)
