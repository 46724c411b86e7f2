"""The REST API's frame: flask-smorest, its OpenAPI 3.1 document without disabled plugins."""

from copy import deepcopy
from typing import Any

from flask import Flask
from flask.json.provider import JSONProvider
from flask_smorest import Api as SmorestApi

from guanxi import __version__
from guanxi.db import json
from guanxi.platform import Platform

PREFIX = "/api/v1"


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
            "info": {"description": "Customers, touchpoints and rewards, and what plugins add."},
            "components": {
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        },
    }


def make_api(app: Flask) -> SmorestApi:
    """Return the smorest API whose blueprints fill the document."""
    api = SmorestApi(app)
    app.extensions["guanxi-api"] = api
    # flask-smorest registers a catch-all for HTTP errors; ours says more, see http.problems.
    app.error_handler_spec[None].clear()
    return api


def document(api: SmorestApi, platform: Platform) -> dict[str, Any]:
    """Return the OpenAPI document of the operations that answer now."""
    spec: dict[str, Any] = deepcopy(api.spec.to_dict())
    spec["paths"] = {
        path: operations
        for path, operations in spec.get("paths", {}).items()
        if _available(platform, path)
    }
    spec["servers"] = [{"url": "/"}]
    return spec


def _available(platform: Platform, path: str) -> bool:
    name = path.removeprefix(PREFIX + "/").partition("/")[0]
    return name not in platform.host.names or name in platform.host.enabled
