"""Versions of things: ``ETag`` in answers, ``If-None-Match`` in questions, ``If-Match`` in changes.

``If-Match`` is optional, so there is no 428: without it the last one wins. A form of a page always
says which version it shows, in its field ``version``.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, request

from guanxi.errors import Invalid, PreconditionFailed


def set_etag(response: Response, version: int) -> Response:
    """Put the version of the thing shown into the answer."""
    response.set_etag(str(version))
    return response


def expected_version() -> int | None:
    """Return the version that the client saw, or None if it does not care (no header, or ``*``).

    :raises PreconditionFailed: a header that was never an ETag of ours, so nothing matches it.
    :raises Invalid: several ETags.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    if len(request.if_match.as_set()) > 1:
        raise Invalid("Send one ETag in If-Match.")
    for tag in request.if_match.as_set():
        found = _version(tag)
        if found is not None:
            return found
    raise PreconditionFailed(
        "If-Match is not an ETag of this address. Read it again and use its ETag."
    )


def form_version() -> int:
    """Return the version of the thing that a form shows, which its field ``version`` says.

    :raises PreconditionFailed: it says none, so what the person saw cannot be told.
    """
    found = _version(request.form.get("version", ""))
    if found is None:
        raise PreconditionFailed(
            "This form does not say which version it shows. Open the page again and repeat "
            "your change."
        )
    return found


def _version(text: str) -> int | None:
    fits = text.isdecimal() and text.isascii() and len(text) < 18
    return int(text) if fits else None


def refusing_if_match(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a change that has no versions: a condition must not be silently ignored."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if "If-Match" in request.headers:
            raise Invalid("This operation does not take If-Match. Send it without.")
        return view(*args, **kwargs)

    return wrapped


def init_app(app: Flask) -> None:
    """Answer 304 where the client has the current version already."""
    app.after_request(_spare_the_body)


def _spare_the_body(response: Response) -> Response:
    fresh = request.method == "GET" and response.status_code == 200 and "ETag" in response.headers
    if fresh and request.path.startswith("/api/") and getattr(response, "sparing", True):
        response.make_conditional(request.environ)
    return response
