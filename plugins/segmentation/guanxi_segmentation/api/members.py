"""Who is in a segment and was, why, and what was decided by hand."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy import select

from guanxi.sdk import Invalid, current, customers, web
from guanxi_segmentation.api.blueprint import MANAGE, VIEW, api
from guanxi_segmentation.company import company
from guanxi_segmentation.explained import explained_document
from guanxi_segmentation.membership import pins, segments
from guanxi_segmentation.membership.explaining import explain
from guanxi_segmentation.membership.history import stays_of
from guanxi_segmentation.membership.movement import movement
from guanxi_segmentation.models import Membership
from guanxi_segmentation.places import cursor_of, place_of
from guanxi_segmentation.schemas.members import (
    SegmentExplanationSchema,
    SegmentListedDraftSchema,
    SegmentListedSchema,
    SegmentMembersQuerySchema,
    SegmentMembersSchema,
    SegmentMovementQuerySchema,
    SegmentMovementSchema,
    SegmentPageSchema,
    SegmentPinDraftSchema,
    SegmentPinSchema,
    SegmentPinsSchema,
    SegmentStaysSchema,
    shown_listed,
    shown_pin,
    shown_stay,
)
from guanxi_segmentation.sight import visible_attributes
from guanxi_segmentation.texts import N_

LONGEST = timedelta(days=731)
EARLIEST, LATEST = date(2, 1, 1), date(9998, 12, 30)
"""Days that begin and end within the calendar in any time zone."""


@api.get("/segments/<key>/members", permission=VIEW)
@api.arguments(SegmentMembersQuerySchema(), location="query")
@api.response(200, SegmentMembersSchema)
def list_members(query: dict[str, Any], key: str) -> Response:
    """The members within sight, now or at a past instant, page by page."""
    session, limit = current.session(), query["limit"]
    segment = segments.get(session, key)
    found = select(Membership).where(
        Membership.segment_id == segment.id,
        customers.in_sight(session, Membership.customer_id),
    )
    at = query["at"]
    if at is None:
        found = found.where(Membership.left_at.is_(None))
    else:
        still = Membership.left_at.is_(None) | (Membership.left_at > at)
        found = found.where(Membership.entered_at <= at, still)
    after = place_of(query.get("cursor"))
    if after is not None:
        found = found.where(Membership.customer_id > after)
    rows = session.scalars(found.order_by(Membership.customer_id).limit(limit + 1)).all()
    more = rows[limit - 1].customer_id if len(rows) > limit else None
    items = [shown_stay(one) for one in rows[:limit]]
    return web.answer({"items": items, "next": cursor_of(more)})


@api.get("/segments/<key>/movement", permission=VIEW)
@api.arguments(SegmentMovementQuerySchema(), location="query")
@api.response(200, SegmentMovementSchema)
def show_movement(query: dict[str, Any], key: str) -> Response:
    """Size, entering and leaving by day, in the company's time zone."""
    session, first, last = current.session(), query["first"], query["last"]
    if not EARLIEST <= first <= last <= LATEST or last - first > LONGEST:
        raise Invalid(N_("Ask for at least one day and at most two years."))
    segment = segments.get(session, key)
    zone = ZoneInfo(company(session).zone)
    days = movement(session, segment.id, first=first, last=last, zone=zone)
    names = ("day", "entered", "left", "size")
    return web.answer({"items": [{name: getattr(day, name) for name in names} for day in days]})


@api.get("/segments/<key>/customers/<uuid:customer_id>", permission=VIEW)
@api.response(200, SegmentExplanationSchema)
def explain_customer(key: str, customer_id: UUID) -> Response:
    """Why a customer is in a segment or is not, condition by condition."""
    session = current.session()
    customer = customers.get(session, customer_id)
    found = explain(session, key, customer.id, now=current.now())
    seen = visible_attributes(session)
    may_see = seen.__contains__
    return web.answer(explained_document(session, found, customer.id, may_see=may_see))


@api.get("/segments/<key>/pins", permission=VIEW)
@api.arguments(SegmentPageSchema(), location="query")
@api.response(200, SegmentPinsSchema)
def list_pins(query: dict[str, Any], key: str) -> Response:
    """What was decided by hand, page by page."""
    session, limit = current.session(), query["limit"]
    after = place_of(query.get("cursor"))
    found = list(pins.pins_of(session, key, after=after, limit=limit + 1))
    more = found[limit - 1].customer_id if len(found) > limit else None
    items = [shown_pin(one) for one in found[:limit]]
    return web.answer({"items": items, "next": cursor_of(more)})


@api.put("/segments/<key>/pins/<uuid:customer_id>", permission=MANAGE)
@api.arguments(SegmentPinDraftSchema())
@api.response(200, SegmentPinSchema)
def decide(values: dict[str, Any], key: str, customer_id: UUID) -> Response:
    """Decide that a customer is in a segment or is not, whatever its rule says."""
    session = current.tx()
    customer = customers.get(session, customer_id)
    made = pins.pin(session, key, customer.id, **values, now=current.now())
    return web.answer(shown_pin(made))


@api.delete("/segments/<key>/pins/<uuid:customer_id>", permission=MANAGE)
@api.response(204)
def undecide(key: str, customer_id: UUID) -> None:
    """Take a decision back, so that the rule counts again."""
    session = current.tx()
    pins.unpin(session, key, customers.get(session, customer_id).id, now=current.now())


@api.post("/segments/<key>/pins/list", permission=MANAGE)
@api.arguments(SegmentListedDraftSchema())
@api.response(200, SegmentListedSchema)
def include_list(values: dict[str, Any], key: str) -> Response:
    """Take in everybody whom a list names; who is not known is told."""
    done = pins.include_listed(
        current.tx(), key, values["words"], reason=values["reason"], now=current.now()
    )
    return web.answer(shown_listed(done))


@api.get("/customers/<uuid:customer_id>/stays", permission=VIEW)
@api.response(200, SegmentStaysSchema)
def list_stays(customer_id: UUID) -> Response:
    """The segments that a customer is in and was in."""
    session = current.session()
    found = stays_of(session, customers.get(session, customer_id).id)
    items = [{**shown_stay(one.membership), "segment": one.segment.key} for one in found]
    return web.answer({"items": items})
