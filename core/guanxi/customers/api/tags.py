"""Tags: read by whoever sees customers, tidied by the admin."""

from typing import Any

from flask import Response

from guanxi.customers.api.blueprint import MANAGE, VIEW, answer, api
from guanxi.customers.domain import tagging
from guanxi.customers.schemas.admin import (
    ChangedCountSchema,
    TagColourSchema,
    TagNameSchema,
    TagRenamingSchema,
    TagsSchema,
)
from guanxi.http import current


@api.get("/tags", permission=VIEW)
@api.response(200, TagsSchema)
def list_tags() -> Response:
    """All tags by name."""
    found = tagging.all_tags(current.session())
    return answer({"items": [{"name": tag.name, "colour": tag.colour} for tag in found]})


@api.put("/tags", permission=MANAGE)
@api.arguments(TagColourSchema())
@api.response(204)
def set_tag(values: dict[str, Any]) -> None:
    """Give a tag a colour; a new one is added to the list."""
    tagging.set_colour(current.tx(), values["name"], values["colour"])


@api.post("/tags/rename", permission=MANAGE)
@api.arguments(TagRenamingSchema())
@api.response(200, ChangedCountSchema)
def rename_tag(values: dict[str, Any]) -> Response:
    """Rename a tag on all customers."""
    changed = tagging.rename_tag(
        current.tx(), values["name"], values["new_name"], now=current.now()
    )
    return answer({"changed": changed})


@api.post("/tags/delete", permission=MANAGE)
@api.arguments(TagNameSchema())
@api.response(200, ChangedCountSchema)
def delete_tag(values: dict[str, Any]) -> Response:
    """Take a tag from all customers and from the list."""
    changed = tagging.delete_tag(current.tx(), values["name"], now=current.now())
    return answer({"changed": changed})
