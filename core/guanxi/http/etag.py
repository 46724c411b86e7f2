"""Versions of things: ``ETag`` in answers, ``If-Match`` in changes."""

from flask import Response, request

from guanxi.errors import Invalid


def set_etag(response: Response, version: int) -> Response:
    """Put the version of the thing shown into the answer."""
    response.set_etag(str(version))
    return response


def expected_version() -> int | None:
    """Return the version that the client saw, or None if it does not care (no header, or ``*``).

    :raises Invalid: a header that was never an ETag of ours.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    for tag in request.if_match.as_set():
        if tag.isdecimal() and len(tag) < 18:
            return int(tag)
    raise Invalid("If-Match is not an ETag of this address. Read it again and use its ETag.")
