"""The one place that turns an error into problem+json (RFC 9457) or a page."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from guanxi.db import json
from guanxi.errors import (
    GuanxiError,
    Invalid,
    SecondFactorNeeded,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from guanxi.http import current
from guanxi.i18n import _
from guanxi.troubles import disk_full

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Register the handlers. Last resort is a 500 that tells its request id and nothing else."""
    app.register_error_handler(GuanxiError, _handle_known)
    app.register_error_handler(HTTPException, _handle_http)
    app.register_error_handler(DBAPIError, _handle_database)
    app.register_error_handler(Exception, _handle_unknown)


def wants_json() -> bool:
    """Say whether this request is for the API rather than for a page."""
    return request.path.startswith("/api/")


def _handle_known(error: GuanxiError) -> BaseResponse:
    if isinstance(error, Unauthenticated) and not wants_json():
        return redirect(url_for("access.sign_in", next=_next()))
    if isinstance(error, SecondFactorNeeded) and not wants_json():
        return redirect(url_for("access.second_factor"))
    fields = error.fields if isinstance(error, Invalid) else {}
    answer = _answer(error.status, error.code, _(error.message, **error.params), fields)
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _next() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def _handle_http(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, SecurityError):  # for another host, so no page of ours can be linked to
        sentence = _("This host name is not answered here. An admin adds it to trusted_hosts.")
        return Response(sentence, status, content_type="text/plain; charset=utf-8")
    fields = _messages(error)
    sentence = _("Some fields are not right.") if fields else _sentence(status)
    code = Invalid.code if fields else error.name.lower().replace(" ", "_")
    answer = _answer(status, code, sentence, fields)
    for name, value in error.get_headers(request.environ):
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def _messages(error: HTTPException) -> Mapping[str, Any]:
    data = getattr(error, "data", None)
    found = (data or {}).get("messages", {})
    return found if isinstance(found, Mapping) else {}


def _sentence(status: int) -> str:
    known = {
        400: _("This request cannot be understood."),
        403: _("You may not do this."),
        404: _("There is nothing here, or you may not see it."),
        405: _("This address does not take that method."),
        413: _("That is too large."),
        415: _("This address takes JSON."),
        429: _("Too many requests. Try again shortly."),
    }
    return known.get(status, _("This did not work."))


def _handle_database(error: DBAPIError) -> BaseResponse:
    full = disk_full(error.orig)
    if full is not None:
        log.error("database.disk_full", why=str(error.orig), path=request.path)
        return _handle_known(full)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.error("database.unavailable", why=str(error.orig), path=request.path)
        return _handle_known(Unavailable("The database does not answer. Try again in a moment."))
    return _handle_unknown(error)


def _handle_unknown(error: Exception) -> BaseResponse:
    log.error("request.failed", exc_info=error, path=request.path)
    sentence = _("Something went wrong here. The id below helps an admin to find the cause.")
    return _answer(InternalServerError.code or 500, "internal_error", sentence, {})


def _answer(status: int, code: str, sentence: str, fields: Mapping[str, Any]) -> Response:
    if wants_json():
        return _problem(status, code, sentence, fields)
    page = render_template(
        "guanxi/error.html", status=status, sentence=sentence, request_id=current.request_id()
    )
    return make_response(page, status)


def _problem(status: int, code: str, sentence: str, fields: Mapping[str, Any]) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:guanxi:problem:{code}",
        "title": sentence,
        "status": status,
        "code": code,
        "request_id": current.request_id(),
    }
    if fields:
        body["errors"] = fields
    return Response(json.dumps_bytes(body), status, content_type="application/problem+json")
