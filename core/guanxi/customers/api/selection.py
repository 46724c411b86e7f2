"""Changes of many customers at once: tags and owner."""

from typing import Any

from flask import Response

from guanxi.customers.api.blueprint import EDIT, answer, api
from guanxi.customers.domain.selection import assign_customers, tag_customers
from guanxi.customers.schemas.admin import (
    AssignSelectionSchema,
    ChangedCountSchema,
    TagSelectionSchema,
)
from guanxi.http import current


@api.post("/customers/tag", permission=EDIT)
@api.arguments(TagSelectionSchema())
@api.response(200, ChangedCountSchema)
def tag_many(values: dict[str, Any]) -> Response:
    """Put tags on customers and take tags off; ids out of sight are left alone."""
    changed = tag_customers(
        current.tx(),
        values["customer_ids"],
        add=values["add"],
        remove=values["remove"],
        now=current.now(),
    )
    return answer({"changed": changed})


@api.post("/customers/assign", permission=EDIT)
@api.arguments(AssignSelectionSchema())
@api.response(200, ChangedCountSchema)
def assign_many(values: dict[str, Any]) -> Response:
    """Say who looks after customers; ids out of sight are left alone."""
    changed = assign_customers(
        current.tx(), values["customer_ids"], values["owner_id"], now=current.now()
    )
    return answer({"changed": changed})
