"""Amend, void and assign touchpoints."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.etag import expected_version
from guanxi.touchpoints.api.blueprint import EDIT, answer, api
from guanxi.touchpoints.domain import corrections
from guanxi.touchpoints.domain.assigning import assign, assign_hint
from guanxi.touchpoints.domain.assigning_known import assign_known
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.models import Touchpoint
from guanxi.touchpoints.schemas.shown import (
    AssignedSchema,
    TouchpointSchema,
    shown,
    shown_lines,
)
from guanxi.touchpoints.schemas.taken import (
    AssignmentSchema,
    TouchpointAmendmentSchema,
    VoidingSchema,
    changes_from,
)


@api.patch("/touchpoints/<uuid:touchpoint_id>", permission=EDIT, versioned=True)
@api.arguments(TouchpointAmendmentSchema())
@api.response(200, TouchpointSchema)
def amend_touchpoint(values: dict[str, Any], touchpoint_id: UUID) -> Response:
    """Change fields of a touchpoint; with If-Match only if nobody was faster."""
    reason = values.pop("reason", None)
    return _corrected(touchpoint_id, corrections.amend, changes_from(values), reason=reason)


@api.post("/touchpoints/<uuid:touchpoint_id>/void", permission=EDIT, versioned=True)
@api.arguments(VoidingSchema())
@api.response(200, TouchpointSchema)
def void_touchpoint(values: dict[str, Any], touchpoint_id: UUID) -> Response:
    """Take a touchpoint back that never took place."""
    return _corrected(touchpoint_id, corrections.void, values["reason"])


@api.post("/touchpoints/assign", permission=EDIT)
@api.arguments(AssignmentSchema())
@api.response(200, AssignedSchema)
def assign_touchpoints(values: dict[str, Any]) -> Response:
    """Give unassigned touchpoints, named by id or by hint, to a customer."""
    session, now, customer_id = current.tx(), current.now(), values["customer_id"]
    ids, hint = values.get("touchpoint_ids"), values.get("customer_hint")
    if (ids is None) == (hint is None):
        raise Invalid("Send either touchpoint_ids or customer_hint.")
    if hint is not None:
        return answer({"assigned": assign_hint(session, hint, customer_id, now=now)})
    return answer({"assigned": assign(session, ids or [], customer_id, now=now)})


@api.post("/touchpoints/assign-known", permission=EDIT)
@api.response(200, AssignedSchema)
def assign_known_touchpoints() -> Response:
    """Give unassigned touchpoints to those whom their hints name; up to 10,000 a call."""
    return answer({"assigned": assign_known(current.tx(), now=current.now())})


def _corrected(
    touchpoint_id: UUID, correct: Callable[..., Touchpoint], *what: Any, **more: Any
) -> Response:
    session = current.tx()
    touchpoint = correct(
        session,
        touchpoint_id,
        *what,
        now=current.now(),
        expected_version=expected_version(),
        **more,
    )
    body = {**shown(touchpoint), "lines": shown_lines(lines_of(session, touchpoint_id))}
    return answer(body, version=touchpoint.version)
