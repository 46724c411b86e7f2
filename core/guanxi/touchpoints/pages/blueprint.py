"""The blueprint that all pages of touchpoints share."""

from typing import Final

from guanxi.http.routes import Pages

VIEW: Final = "touchpoints.view"
EDIT: Final = "touchpoints.edit"
MANAGE: Final = "settings.manage"

pages = Pages("touchpoints", __name__, url_prefix="/touchpoints")
