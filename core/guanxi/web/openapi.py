"""The REST API's frame: flask-smorest, its OpenAPI 3.1 document without disabled plugins."""

from copy import deepcopy
from typing import Any

from flask import Flask
from flask.json.provider import JSONProvider

from guanxi import __version__
from guanxi.access.permissions import CORE_PERMISSIONS
from guanxi.db import json
from guanxi.http.describing import LateApi
from guanxi.platform import Platform
from guanxi.web.openapi_operations import complete, components

PREFIX = "/api/v1"
SCHEMAS = "#/components/schemas/"
METHODS = frozenset({"get", "post", "put", "patch", "delete"})

DESCRIPTION = """Customers, touchpoints and rewards, and what enabled plugins add.

Send a token as `Authorization: Bearer ...`. Errors are problem+json with a stable `code`. Unknown
fields and parameters are refused. Lists are read page by page: pass `next` as `cursor`. Every
change takes an `Idempotency-Key`. Amounts are decimal strings, instants are in UTC."""


class JsonProvider(JSONProvider):
    """JSON of Flask by orjson: decimals as strings, instants in UTC with Z."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ARG002 -- Flask's signature
        """Serialise."""
        return json.dumps(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ARG002 -- as above
        """Parse."""
        return json.loads(s)


def flask_config() -> dict[str, Any]:
    """Return flask-smorest's configuration; its own document pages stay off, ours is offline."""
    return {
        "API_TITLE": "Guanxi",
        "API_VERSION": __version__,
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {
            "info": {"description": DESCRIPTION},
            "components": {
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        },
    }


def make_api(app: Flask) -> LateApi:
    """Return the smorest API whose blueprints fill the document."""
    api = LateApi(app)
    app.extensions["guanxi-api"] = api
    # flask-smorest registers a catch-all for HTTP errors; ours says more, see http.problems.
    app.error_handler_spec[None].clear()
    return api


def document(api: LateApi, platform: Platform) -> dict[str, Any]:
    """Return the OpenAPI document of the operations that answer now."""
    api.describe()
    spec: dict[str, Any] = deepcopy(api.spec.to_dict())
    spec["paths"] = {
        path: operations
        for path, operations in spec.get("paths", {}).items()
        if _available(platform, path)
    }
    titles = {one.name: one.title.en for one in (*CORE_PERMISSIONS, *platform.host.permissions())}
    for operations in spec["paths"].values():
        for method in METHODS & operations.keys():
            operation = operations[method]
            operation["tags"] = [_tag(one) for one in operation["tags"]]
            _add_needs(operation, platform)
            complete(operation, method.upper(), operations.get("parameters", []), titles)
            _need_body(operation, spec["components"]["schemas"])
    _share(spec)
    _prune(spec)
    spec["servers"] = [{"url": "/"}]
    return spec


def _add_needs(operation: dict[str, Any], platform: Platform) -> None:
    """Name with each permission those without which it opens nothing."""
    for one in operation.get("security", ()):
        asked = one.get("token", ())
        one["token"] = [need for name in asked for need in platform.host.opening(name)]


def _need_body(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Say that a body may be left out where everything in it may."""
    body = operation.get("requestBody", {})
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    if schema and not schemas[schema["$ref"].removeprefix(SCHEMAS)].get("required"):
        body["required"] = False


def _share(spec: dict[str, Any]) -> None:
    """Keep the tags in use and the shared parts that operations refer to."""
    used = {
        tag
        for operations in spec["paths"].values()
        for method in METHODS & operations.keys()
        for tag in operations[method]["tags"]
    }
    spec["tags"] = [
        {**tag, "name": _tag(tag["name"])} for tag in spec["tags"] if _tag(tag["name"]) in used
    ]
    own = spec["components"]
    for kind, parts in components().items():
        own[kind] = {**own.get(kind, {}), **parts} if kind == "schemas" else parts


def _prune(spec: dict[str, Any]) -> None:
    """Leave out the schemas of operations that do not answer now."""
    schemas = spec["components"]["schemas"]
    wanted = _referred(spec["paths"]) | {"Problem"}
    waiting = list(wanted)
    while waiting:
        new = _referred(schemas[waiting.pop()]) - wanted
        wanted |= new
        waiting += new
    spec["components"]["schemas"] = {name: schemas[name] for name in sorted(wanted)}


def _referred(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(_referred, part))
    if not isinstance(part, dict):
        return set()
    own = str(part.get("$ref", ""))
    found = {own.removeprefix(SCHEMAS)} if own.startswith(SCHEMAS) else set()
    return found.union(*map(_referred, part.values()))


def _tag(blueprint: str) -> str:
    return blueprint.removeprefix("api_").replace("_", " ")


def _available(platform: Platform, path: str) -> bool:
    name = path.removeprefix(PREFIX + "/").partition("/")[0]
    return name not in platform.host.names or name in platform.host.enabled
