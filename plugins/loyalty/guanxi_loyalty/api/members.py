"""The link to a member's own page, for programs that send it."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import current, web
from guanxi_loyalty.api.asking import actor
from guanxi_loyalty.api.blueprint import GRANT, api
from guanxi_loyalty.api.rewards import customers_id
from guanxi_loyalty.member_addresses import address_of, lifetime
from guanxi_loyalty.members.links import make_link, revoke_links
from guanxi_loyalty.schemas.members import (
    LoyaltyMemberLinkAskSchema,
    LoyaltyMemberLinkSchema,
    LoyaltyMemberLinksEndedSchema,
)


@api.post("/members/<uuid:customer_id>/link", permission=GRANT)
@api.arguments(LoyaltyMemberLinkAskSchema())
@api.response(200, LoyaltyMemberLinkSchema)
def make_member_link(values: dict[str, Any], customer_id: UUID) -> Response:
    """The address of the member's own page; renewed, the ones before open nothing any more."""
    session = current.tx()
    link = make_link(
        session,
        customers_id(customer_id),
        now=current.now(),
        by=actor(),
        lifetime=lifetime(session),
        renew=values["renew"],
    )
    return web.answer({"address": address_of(link), "expires_at": link.expires_at})


@api.delete("/members/<uuid:customer_id>/link", permission=GRANT)
@api.response(200, LoyaltyMemberLinksEndedSchema)
def revoke_member_link(customer_id: UUID) -> Response:
    """Let all links of a member open nothing any more."""
    session = current.tx()
    ended = revoke_links(session, customers_id(customer_id), now=current.now())
    return web.answer({"ended": ended})
