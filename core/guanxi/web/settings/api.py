"""Settings by API: read (secrets masked), change, look back, roll back."""

from typing import Any

from flask import request
from marshmallow import Schema, fields

from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.routes import Api
from guanxi.settings.store import history

api = Api("settings", __name__, description="Settings of the core and of plugins")
MANAGE = "settings.manage"


class DifferenceSchema(Schema):
    """One change of one scope."""

    id = fields.Integer(strict=True)
    at = fields.AwareDateTime()
    actor_name = fields.String()
    fields_ = fields.Method("changed", data_key="fields")

    def changed(self, change: Any) -> list[dict[str, Any]]:
        """Return name, before and after per field; an empty value means the default."""
        return [{"name": n, "before": old, "after": new} for n, old, new in change.fields]


@api.get("/", permission=MANAGE)
@api.response(200)
def list_scopes() -> dict[str, Any]:
    """The scopes that have settings."""
    return {"scopes": current.platform().settings.scopes()}


@api.get("/<scope>", permission=MANAGE)
@api.response(200)
def show(scope: str) -> dict[str, Any]:
    """The values of one scope; secrets are masked."""
    return current.platform().settings.shown(current.session(), scope)


@api.patch("/<scope>", permission=MANAGE)
@api.response(200)
def change(scope: str) -> dict[str, Any]:
    """Change some values; fields that are not named stay."""
    body = request.get_json()
    if not isinstance(body, dict):
        raise Invalid("Send an object with the settings to change.")
    store = current.platform().settings
    store.change(current.tx(), scope, body)
    return store.shown(current.tx(), scope)


@api.get("/<scope>/history", permission=MANAGE)
@api.response(200, DifferenceSchema(many=True))
def versions(scope: str) -> Any:
    """The latest changes, newest first."""
    store = current.platform().settings
    store.schema(scope)
    return store.differences(history(current.session(), scope))


@api.post("/history/<int:history_id>/roll-back", permission=MANAGE)
@api.response(204)
def roll_back(history_id: int) -> None:
    """Make the values before one change the current ones."""
    current.platform().settings.roll_back(current.tx(), history_id)
