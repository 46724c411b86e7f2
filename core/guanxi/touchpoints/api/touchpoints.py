"""List, read and record touchpoints."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from guanxi.http import current
from guanxi.http.paging import encode_cursor, place_from
from guanxi.touchpoints.api.blueprint import EDIT, VIEW, answer, api
from guanxi.touchpoints.domain import reading
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.schemas.shown import (
    TouchpointPageSchema,
    TouchpointSchema,
    shown,
    shown_lines,
    shown_new,
)
from guanxi.touchpoints.schemas.taken import (
    EXAMPLE,
    FilterSchema,
    TouchpointDraftSchema,
    draft_from,
)


@api.get("/touchpoints", permission=VIEW)
@api.arguments(FilterSchema(), location="query")
@api.response(200, TouchpointPageSchema)
def list_touchpoints(query: dict[str, Any]) -> Response:
    """Touchpoints, newest first, page by page."""
    limit, cursor = query.pop("limit"), query.pop("cursor", None)
    found = reading.newest(
        current.session(),
        reading.Filters(**query),
        before=place_from(cursor),
        limit=limit + 1,
    )
    page = found[:limit]
    following = encode_cursor((page[-1].occurred_at, page[-1].id)) if len(found) > limit else None
    return answer({"items": [shown(touchpoint) for touchpoint in page], "next": following})


@api.get("/touchpoints/<uuid:touchpoint_id>", permission=VIEW, versioned=True)
@api.response(200, TouchpointSchema)
def show_touchpoint(touchpoint_id: UUID) -> Response:
    """One touchpoint with its lines."""
    session = current.session()
    touchpoint = reading.get(session, touchpoint_id)
    body = {**shown(touchpoint), "lines": shown_lines(lines_of(session, touchpoint_id))}
    return answer(body, version=touchpoint.version)


@api.post("/touchpoints", permission=EDIT)
@api.arguments(TouchpointDraftSchema(), example=EXAMPLE)
@api.response(201, TouchpointSchema)
@api.alt_response(200, schema=TouchpointSchema, description="It had been recorded before.")
def record_touchpoint(values: dict[str, Any]) -> Response:
    """Record a touchpoint; the same source and external id give the first one again."""
    session, now = current.tx(), current.now()
    recorded = record(session, draft_from(values), now=now)
    if recorded.draft is None:
        touchpoint = reading.get(session, recorded.id)
        lines = shown_lines(lines_of(session, recorded.id))
        return answer({**shown(touchpoint), "lines": lines}, version=recorded.version)
    response = answer(shown_new(recorded, recorded.draft, now), 201, version=recorded.version)
    response.headers["Location"] = url_for(
        "api_touchpoints.show_touchpoint", touchpoint_id=recorded.id
    )
    return response
