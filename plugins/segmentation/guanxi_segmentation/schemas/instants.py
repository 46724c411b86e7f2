"""The instant as of which something is asked."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields

from guanxi.sdk import web
from guanxi_segmentation.texts import _


class AsOf(fields.AwareDateTime):
    """An instant with its time zone, within the calendar; who does not send it asks for now."""

    def __init__(self) -> None:
        told = "An instant with its time zone; now where it is not sent."
        super().__init__(default_timezone=None, load_default=None, metadata={"description": told})

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> datetime:
        instant: datetime = super()._deserialize(value, *rest, **more)
        try:
            return web.storable(instant)
        except ValueError:
            raise ValidationError(_("This instant is outside of the calendar.")) from None
