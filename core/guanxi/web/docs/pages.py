"""The API's document and a page to try it, all served from here: no content delivery network."""

from pathlib import Path

import flask_swagger_ui
from flask import abort, current_app, jsonify, render_template, send_from_directory
from flask.wrappers import Response

from guanxi.http import current
from guanxi.http.routes import Pages
from guanxi.web import openapi

pages = Pages("docs", __name__)
_FILES = Path(flask_swagger_ui.__file__).parent / "dist"
_SERVED = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})


@pages.get("/api/v1/openapi.json", public=True)
def document() -> Response:
    """The OpenAPI 3.1 document."""
    return jsonify(openapi.document(current_app.extensions["guanxi-api"], current.platform()))


@pages.get("/api/docs", permission="tokens.own")
def explorer() -> str:
    """A page to read and try the API."""
    return render_template("docs/explorer.html")


@pages.get("/api/docs/files/<name>", public=True)
def explorer_file(name: str) -> Response:
    """Swagger UI's own files, out of its package."""
    if name not in _SERVED:
        abort(404)
    return send_from_directory(_FILES, name)
