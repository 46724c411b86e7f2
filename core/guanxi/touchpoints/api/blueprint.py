"""The blueprint of all operations on touchpoints, and how they answer."""

from typing import Final

from guanxi.http.answers import answer
from guanxi.http.routes import Api

__all__ = ["EDIT", "MANAGE", "VIEW", "answer", "api"]

VIEW: Final = "touchpoints.view"
EDIT: Final = "touchpoints.edit"
MANAGE: Final = "settings.manage"

api = Api(
    "touchpoints",
    __name__,
    url_prefix="/api/v1",
    description="Contacts, purchases and returns, their channels, kinds and outcomes",
)
