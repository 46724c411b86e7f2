"""The blueprint of all operations on touchpoints, and how they answer."""

from typing import Any, Final

from flask import Response

from guanxi.db import json
from guanxi.http.etag import set_etag
from guanxi.http.routes import Api

VIEW: Final = "touchpoints.view"
EDIT: Final = "touchpoints.edit"
MANAGE: Final = "settings.manage"

api = Api(
    "touchpoints",
    __name__,
    url_prefix="/api/v1",
    description="Contacts, purchases and returns, their channels, kinds and outcomes",
)


def answer(body: Any, status: int = 200, *, version: int | None = None) -> Response:
    """Return ``body`` as JSON, with the version of what it shows as its ETag."""
    response = Response(json.dumps_bytes(body), status, content_type="application/json")
    return response if version is None else set_etag(response, version)
