"""Up to 1,000 customers in one call, with an answer for each."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from marshmallow import ValidationError

from guanxi.customers.api.blueprint import EDIT, SENSITIVE, answer, api, phone_region
from guanxi.customers.domain.bulk import create_customers
from guanxi.customers.domain.custom_values import sensitive_keys
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import IdentityTaken
from guanxi.customers.domain.upserting import Result, upsert_customers
from guanxi.customers.domain.upserting import saved as saved_result
from guanxi.customers.schemas.shown import CustomerBulkAnswerSchema
from guanxi.customers.schemas.taken import (
    EXAMPLE,
    CustomerBulkSchema,
    CustomerDraftSchema,
    draft_from,
)
from guanxi.errors import Forbidden, GuanxiError, Invalid
from guanxi.http import current
from guanxi.i18n import _


@api.post("/customers/bulk", permission=EDIT)
@api.arguments(CustomerBulkSchema(), example={"mode": "upsert", "items": [EXAMPLE]})
@api.response(200, CustomerBulkAnswerSchema)
def save_many(values: dict[str, Any]) -> Response:
    """Create many customers, or change those known by an identity; one does not stop the others."""
    schema, region, hidden = CustomerDraftSchema(), phone_region(), _unwritable()
    loaded = [_load(schema, item, region, hidden) for item in values["items"]]
    drafts = [found for found in loaded if isinstance(found, CustomerDraft)]
    results = iter(_save(drafts, values["mode"]))
    answers = [_result(next(results)) if isinstance(f, CustomerDraft) else f for f in loaded]
    return answer({"results": answers})


def _save(drafts: Sequence[CustomerDraft], mode: str) -> Sequence[Result]:
    session, now = current.tx(), current.now()
    if mode == "upsert":
        return upsert_customers(session, drafts, now=now)
    return [saved_result(one) for one in create_customers(session, drafts, now=now)]


def _unwritable() -> frozenset[str]:
    may = current.principal().may(SENSITIVE)
    return frozenset() if may else sensitive_keys(current.session())


def _load(
    schema: CustomerDraftSchema, item: Any, region: str, hidden: frozenset[str]
) -> CustomerDraft | dict[str, Any]:
    """Return the draft, or the answer for an item that is none."""
    try:
        draft = draft_from(schema.load(item), region=region)
        if hidden & draft.custom.keys():
            raise Forbidden(
                "You need the permission %(permission)s for this. Ask an admin for it.",
                permission=SENSITIVE,
            )
    except ValidationError as error:
        return _problem(422, "invalid", _("Some fields are not right."), error.messages)
    except GuanxiError as error:
        return _refusal(error)
    return draft


def _result(result: Result) -> dict[str, Any]:
    if isinstance(result, GuanxiError):
        return _refusal(result)
    return {
        "status": 201 if result.outcome == "created" else 200,
        "id": result.id,
        "outcome": result.outcome,
        "version": result.version,
    }


def _refusal(error: GuanxiError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, Invalid) else {}
    problem = _problem(error.status, error.code, _(error.message, **error.params), fields)
    if isinstance(error, IdentityTaken):
        problem["customer_id"] = error.customer_id
    return problem


def _problem(status: int, code: str, title: str, errors: Any) -> dict[str, Any]:
    return {"status": status, "code": code, "title": title, "errors": errors}
