"""Who is in a class and was: the classes of a customer, the members of a class, at any instant."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import current, customers, web
from guanxi_segmentation.api.blueprint import VIEW, api
from guanxi_segmentation.places import cursor_of, place_of
from guanxi_segmentation.schemas.classes import (
    ClassMembersQuerySchema,
    ClassMembersSchema,
    ClassStaysQuerySchema,
    ClassStaysSchema,
    shown_class_member,
    shown_class_stay,
)
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.domain import get_scheme
from guanxi_segmentation.schemes.treatments import get_class


@api.get("/customers/<uuid:customer_id>/classes", permission=VIEW)
@api.arguments(ClassStaysQuerySchema(), location="query")
@api.response(200, ClassStaysSchema)
def list_class_stays(query: dict[str, Any], customer_id: UUID) -> Response:
    """The classes that a customer is in and was in, or those at one instant."""
    session = current.session()
    found = customers.get(session, customer_id).id
    stays = history.stays_of(session, found, at=query["at"])
    return web.answer({"items": [shown_class_stay(one) for one in stays]})


@api.get("/schemes/<key>/classes/<class_key>/members", permission=VIEW)
@api.arguments(ClassMembersQuerySchema(), location="query")
@api.response(200, ClassMembersSchema)
def list_class_members(query: dict[str, Any], key: str, class_key: str) -> Response:
    """The members of a class within sight, now or at a past instant, page by page."""
    session, limit = current.session(), query["limit"]
    member = get_class(session, get_scheme(session, key), class_key, archived=True)
    after = place_of(query.get("cursor"))
    rows = history.members(session, member, at=query["at"], after=after, limit=limit + 1)
    more = rows[limit - 1].customer_id if len(rows) > limit else None
    items = [shown_class_member(one) for one in rows[:limit]]
    return web.answer({"items": items, "next": cursor_of(more)})
