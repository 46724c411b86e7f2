"""How operations of the API read what is sent: strict JSON, and nothing that is not declared."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Request, abort, request
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request

from guanxi.db import json
from guanxi.errors import Invalid


class StrictParser(FlaskParser):
    """Refuses another content type, ``NaN``, half a surrogate, and unknown query parameters.

    What a schema says about unknown names holds for queries, too; refusing them is the default.
    """

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 -- as webargs has it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": None,
        "querystring": None,
    }

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002 -- webargs' signature
        """Return the body; nothing at all counts as an empty object."""
        body = req.get_data(cache=True)
        if not body:
            return core.missing
        if not is_json_request(req):
            abort(415)
        try:
            return json.loads(body)
        except ValueError:
            abort(400)


def takes(view: Any, location: str) -> bool:
    """Say whether ``view`` declares arguments in ``location``, as in ``query``."""
    described: dict[str, Any] = getattr(view, "_apidoc", {}).get("arguments", {})
    return any(one["in"] == location for one in described.get("parameters", ()))


def refusing_queries(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap an operation that takes no query, so that one is not silently ignored."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        for name in request.args:
            raise Invalid("There is no parameter %(name)s here.", name=name[:80])
        return view(*args, **kwargs)

    return wrapped
