"""What plugins look like in JSON. Sentences are in the language of whoever asks."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.plugins.listing import App
from guanxi.plugins.states import PluginState
from guanxi.plugins.uninstall import Keep
from guanxi.web.apps.detail import Detail
from guanxi.web.apps.telling import told_problem


class AppProblemSchema(Schema):
    """What is wrong with a plugin, and what to do about it."""

    message = fields.String(required=True)
    advice = fields.String(required=True)


class AppSchema(Schema):
    """One plugin; ``state`` is explained by ``explanation``."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    version = fields.String(required=True)
    distribution = fields.String(required=True)
    state = fields.Enum(PluginState, by_value=True, required=True)
    explanation = fields.String(required=True)
    problem = fields.Nested(AppProblemSchema, required=True, allow_none=True)
    requires = fields.List(fields.String(), required=True)
    enabled_at = fields.AwareDateTime(required=True, allow_none=True)


class AppListSchema(Schema):
    """All plugins; in safe mode none of them is at work."""

    items = fields.List(fields.Nested(AppSchema), required=True)
    safe_mode = fields.Boolean(required=True)


class AppTableSchema(Schema):
    """A table of a plugin; ``rows`` is null until it exists."""

    name = fields.String(required=True)
    rows = fields.Integer(required=True, allow_none=True)


class AppRouteSchema(Schema):
    """An address of a plugin; ``permission`` is null where everybody may use it."""

    rule = fields.String(required=True)
    methods = fields.List(fields.String(), required=True)
    permission = fields.String(required=True, allow_none=True)


class AppBringsSchema(Schema):
    """What a plugin brings, by name."""

    tables = fields.List(fields.Nested(AppTableSchema), required=True)
    routes = fields.List(fields.Nested(AppRouteSchema), required=True)
    permissions = fields.List(fields.String(), required=True)
    settings = fields.List(fields.String(), required=True)
    jobs = fields.List(fields.String(), required=True)
    attributes = fields.List(fields.String(), required=True)
    events = fields.List(fields.String(), required=True)
    hooks = fields.List(fields.String(), required=True)


class AppHookSchema(Schema):
    """How one hook fares; times are in seconds."""

    hook = fields.String(required=True)
    calls = fields.Integer(required=True)
    p50 = fields.Float(required=True, allow_none=True)
    p95 = fields.Float(required=True, allow_none=True)
    failures = fields.Integer(required=True)
    last_error = fields.String(required=True, allow_none=True)
    last_failed_at = fields.AwareDateTime(required=True, allow_none=True)


class AppBacklogSchema(Schema):
    """Events that wait for a plugin, for how many seconds the oldest one, and those set aside."""

    events = fields.Integer(required=True)
    seconds = fields.Float(required=True)
    parked = fields.Integer(required=True)


class AppDetailSchema(AppSchema):
    """One plugin with what it brings and how it fares; no backlog where it reads no events."""

    brings = fields.Nested(AppBringsSchema, required=True)
    needed_by = fields.List(fields.String(), required=True)
    hooks = fields.List(fields.Nested(AppHookSchema), required=True)
    backlog = fields.Nested(AppBacklogSchema, required=True, allow_none=True)


class AppDisableSchema(Schema):
    """``cascade`` also disables the enabled plugins that need it."""

    cascade = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class AppDisabledSchema(Schema):
    """The names of all plugins that were disabled."""

    disabled = fields.List(fields.String(), required=True)


class AppUninstallSchema(Schema):
    """What becomes of the data; ``confirmation`` is the plugin's name where it is dropped."""

    data = fields.String(required=True, validate=validate.OneOf([mode.value for mode in Keep]))
    confirmation = fields.String(load_default="")


class AppUninstalledSchema(Schema):
    """``archive`` is the address of the file that the data was exported to."""

    archive = fields.String(required=True, allow_none=True)


def shown(app: App) -> dict[str, Any]:
    """Return a plugin for :class:`AppSchema`."""
    message, advice = told_problem(app.problem) if app.problem else ("", "")
    return {
        "name": app.name,
        "title": str(app.title),
        "summary": str(app.summary),
        "version": app.version,
        "distribution": app.distribution,
        "state": app.state,
        "explanation": str(app.state.explanation),
        "problem": {"message": message, "advice": advice} if app.problem else None,
        "requires": app.requires,
        "enabled_at": app.enabled_at,
    }


def shown_detail(detail: Detail) -> Mapping[str, Any]:
    """Return a plugin for :class:`AppDetailSchema`."""
    found, brings = detail.brings, detail.brings.brings
    return shown(detail.app) | {
        "brings": {
            "tables": found.tables,
            "routes": found.routes,
            "permissions": [permission.name for permission in brings.permissions],
            "settings": found.settings,
            "jobs": [job.name for job in brings.jobs],
            "attributes": [attribute.key for attribute in brings.attributes],
            "events": [event.kind for event in brings.events],
            "hooks": brings.hooks,
        },
        "needed_by": found.dependants,
        "hooks": detail.hooks,
        "backlog": detail.backlog,
    }
