"""The REST API of privacy: ask for a copy or for erasure, see how far it is, fetch the copy."""

from typing import Any, Final
from uuid import UUID

from flask import Response, url_for

from guanxi.db import json
from guanxi.http import current
from guanxi.http.paging import encode_cursor, place_from
from guanxi.http.routes import Api
from guanxi.privacy.archive_response import send_archive
from guanxi.privacy.domain import requests
from guanxi.privacy.schemas import (
    PrivacyRequestDraftSchema,
    PrivacyRequestFilterSchema,
    PrivacyRequestPageSchema,
    PrivacyRequestSchema,
    shown,
)

ERASE: Final = "customers.erase"
BINARY: Final = {"type": "string", "format": "binary"}

api = Api(
    "privacy",
    __name__,
    url_prefix="/api/v1/privacy-requests",
    description="Copies and erasure of a person's data",
)


@api.get("", permission=ERASE)
@api.arguments(PrivacyRequestFilterSchema(), location="query")
@api.response(200, PrivacyRequestPageSchema)
def list_requests(query: dict[str, Any]) -> Response:
    """Requests about customers within sight, the latest first."""
    limit = query["limit"]
    found = requests.latest_requests(
        current.session(),
        limit=limit + 1,
        before=place_from(query.get("cursor")),
        customer_id=query.get("customer_id"),
    )
    page = found[:limit]
    more = len(found) > limit
    following = encode_cursor((page[-1].created_at, page[-1].id)) if more else None
    return _answer({"items": [shown(one) for one in page], "next": following})


@api.post("", permission=ERASE)
@api.arguments(PrivacyRequestDraftSchema())
@api.response(201, PrivacyRequestSchema)
def make_request(values: dict[str, Any]) -> Response:
    """Ask for a copy of a person's data, or for its erasure; a job does it."""
    made = requests.make_request(current.tx(), **values, now=current.now())
    response = _answer(shown(made), 201)
    response.headers["Location"] = url_for("api_privacy.show_request", request_id=made.id)
    return response


@api.get("/<uuid:request_id>", permission=ERASE)
@api.response(200, PrivacyRequestSchema)
def show_request(request_id: UUID) -> Response:
    """One request."""
    return _answer(shown(requests.get_request(current.session(), request_id)))


@api.get("/<uuid:request_id>/file", permission=ERASE)
@api.response(200, BINARY, content_type="application/zip")
def fetch_archive(request_id: UUID) -> Response:
    """The copy as an archive of JSON and CSV, for thirty days."""
    return send_archive(requests.get_request(current.session(), request_id))


def _answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps_bytes(body), status, content_type="application/json")
