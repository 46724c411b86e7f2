"""The fields that the admin adds to customers."""

from typing import Any

from flask import Response

from guanxi.customers.api.blueprint import MANAGE, VIEW, answer, api
from guanxi.customers.domain import custom_fields
from guanxi.customers.schemas.admin import (
    CustomFieldDraftSchema,
    CustomFieldPatchSchema,
    CustomFieldSchema,
    CustomFieldsSchema,
    shown_field,
)
from guanxi.http import current


@api.get("/custom-fields", permission=VIEW)
@api.response(200, CustomFieldsSchema)
def list_fields() -> Response:
    """All custom fields in their order, archived ones last."""
    found = custom_fields.all_fields(current.session())
    return answer({"items": [shown_field(field) for field in found]})


@api.post("/custom-fields", permission=MANAGE)
@api.arguments(CustomFieldDraftSchema())
@api.response(201, CustomFieldSchema)
def create_field(values: dict[str, Any]) -> Response:
    """Add a field."""
    key, type_ = values.pop("key"), values.pop("type")
    return answer(shown_field(custom_fields.create_field(current.tx(), key, type_, values)), 201)


@api.patch("/custom-fields/<key>", permission=MANAGE)
@api.arguments(CustomFieldPatchSchema())
@api.response(200, CustomFieldSchema)
def change_field(values: dict[str, Any], key: str) -> Response:
    """Change a field's titles, choices, order, or archive it; its values stay."""
    return answer(shown_field(custom_fields.change_field(current.tx(), key, values)))
