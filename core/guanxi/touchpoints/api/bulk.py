"""Up to 1,000 touchpoints in one call, with an answer for each."""

from typing import Any

from flask import Response
from marshmallow import ValidationError

from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.i18n import _
from guanxi.touchpoints.api.blueprint import EDIT, answer, api
from guanxi.touchpoints.domain.bulk import Result, record_many
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.schemas.shown import (
    TouchpointBulkAnswerSchema,
)
from guanxi.touchpoints.schemas.taken import (
    EXAMPLE,
    TouchpointBulkSchema,
    TouchpointDraftSchema,
    draft_from,
)


@api.post("/touchpoints/bulk", permission=EDIT)
@api.arguments(TouchpointBulkSchema(), example={"items": [EXAMPLE]})
@api.response(200, TouchpointBulkAnswerSchema)
def record_touchpoints(values: dict[str, Any]) -> Response:
    """Record many touchpoints; one that cannot be recorded does not stop the others."""
    schema = TouchpointDraftSchema()
    loaded = [_load(schema, item) for item in values["items"]]
    drafts = [found for found in loaded if isinstance(found, Draft)]
    recorded = iter(record_many(current.tx(), drafts, now=current.now()))
    results = [_result(next(recorded)) if isinstance(found, Draft) else found for found in loaded]
    return answer({"results": results})


def _load(schema: TouchpointDraftSchema, item: Any) -> Draft | dict[str, Any]:
    """Return the draft, or the answer for an item that is none."""
    try:
        return draft_from(schema.load(item))
    except ValidationError as error:
        return _problem(422, "invalid", _("Some fields are not right."), error.messages)
    except GuanxiError as error:
        return _refusal(error)


def _result(result: Result) -> dict[str, Any]:
    if isinstance(result, GuanxiError):
        return _refusal(result)
    return {
        "status": 201 if result.created else 200,
        "id": result.id,
        "customer_id": result.customer_id,
    }


def _refusal(error: GuanxiError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, Invalid) else {}
    return _problem(error.status, error.code, _(error.message, **error.params), fields)


def _problem(status: int, code: str, title: str, errors: Any) -> dict[str, Any]:
    return {"status": status, "code": code, "title": title, "errors": errors}
