"""The blueprint that all pages about plugins share."""

from typing import Final

from werkzeug.wrappers import Response

from guanxi.http.routes import Pages

MANAGE: Final = "apps.manage"
Answer = Response | tuple[str, int]
"""A redirect, or the page again with what went wrong."""

pages = Pages("apps", __name__, url_prefix="/apps")
