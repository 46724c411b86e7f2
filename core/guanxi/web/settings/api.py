"""Settings by API: read (secrets masked), change, look back, roll back."""

from typing import Any

from flask import Response
from marshmallow import INCLUDE, Schema, fields

from guanxi.db import json
from guanxi.http import current
from guanxi.http.etag import expected_version, set_etag
from guanxi.http.routes import Api
from guanxi.settings.store import Difference, history

api = Api("settings", __name__, description="Settings of the core and of plugins")
MANAGE = "settings.manage"


class ScopesSchema(Schema):
    """The names under which there are settings: ``core``, and plugins."""

    scopes = fields.List(fields.String())


class SettingsSchema(Schema):
    """Settings by their name. Which there are, is up to the scope; secrets are masked."""

    class Meta:
        """The names are checked by the schema of the scope."""

        unknown = INCLUDE


class SettingDifferenceSchema(Schema):
    """One field before and after; an empty value means the default."""

    name = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class SettingsChangeSchema(Schema):
    """One change of one scope."""

    id = fields.Integer()
    at = fields.AwareDateTime()
    actor_name = fields.String()
    fields_ = fields.List(fields.Nested(SettingDifferenceSchema), data_key="fields")


class SettingsHistorySchema(Schema):
    """The latest changes, the newest first."""

    items = fields.List(fields.Nested(SettingsChangeSchema))


@api.get("", permission=MANAGE)
@api.response(200, ScopesSchema)
def list_scopes() -> dict[str, Any]:
    """The scopes that have settings."""
    return {"scopes": current.platform().settings.scopes()}


@api.get("/<scope>", permission=MANAGE, versioned=True)
@api.response(200, SettingsSchema)
def show(scope: str) -> Response:
    """The values of one scope; secrets are masked."""
    store, session = current.platform().settings, current.session()
    return _answer(store.shown(session, scope), store.version(session, scope))


@api.patch("/<scope>", permission=MANAGE, versioned=True)
@api.arguments(SettingsSchema(), example={"company": "Tea House", "currency": "CNY"})
@api.response(200, SettingsSchema)
def change(values: dict[str, Any], scope: str) -> Response:
    """Change some values; fields that are not named stay."""
    store, session = current.platform().settings, current.tx()
    store.change(session, scope, values, expected_version=expected_version())
    return _answer(store.shown(session, scope), store.version(session, scope))


@api.get("/<scope>/history", permission=MANAGE)
@api.response(200, SettingsHistorySchema)
def versions(scope: str) -> Response:
    """The latest changes, newest first."""
    store = current.platform().settings
    store.schema(scope)
    found = store.differences(history(current.session(), scope))
    return _answer({"items": [_shown(one) for one in found]})


@api.post("/history/<int:history_id>/roll-back", permission=MANAGE)
@api.response(204)
def roll_back(history_id: int) -> None:
    """Make the values before one change the current ones."""
    current.platform().settings.roll_back(current.tx(), history_id)


def _shown(change: Difference) -> dict[str, Any]:
    fields_ = [{"name": n, "before": old, "after": new} for n, old, new in change.fields]
    return {"id": change.id, "at": change.at, "actor_name": change.actor_name, "fields": fields_}


def _answer(body: Any, version: int | None = None) -> Response:
    response = Response(json.dumps_bytes(body), content_type="application/json")
    return response if version is None else set_etag(response, version)
