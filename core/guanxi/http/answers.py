"""Answers of the API: JSON, with the version of what they show."""

from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.datastructures import Headers

from guanxi.db import json
from guanxi.http.etag import set_etag

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_WHOLE = frozenset({200, 201})


class JsonAnswer(Response):
    """An answer whose headers are complete when it is made, so that nothing is left to work out.

    What Werkzeug looks for at the end is known at the beginning: the length, and that an address
    in ``Location`` is one of ours, without a host and in plain letters.
    """

    sparing = True
    """Whether who has this version already may be spared the body."""

    def __init__(self, body: Any, status: int = 200) -> None:
        data = json.dumps_bytes(body)
        super().__init__(data, status, content_type="application/json")
        self.headers["Content-Length"] = str(len(data))

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers to send."""
        return self.headers if self.status_code in _WHOLE else super().get_wsgi_headers(environ)


def answer(
    body: Any, status: int = 200, *, version: int | None = None, counts: bool = False
) -> Response:
    """Return ``body`` as JSON, with the version of what it shows as its ETag.

    :param counts: it shows what changes without a new version, too, such as how many there are;
        so it is sent even to who has this version already.
    """
    response = JsonAnswer(body, status)
    response.sparing = not counts
    return response if version is None else set_etag(response, version)
