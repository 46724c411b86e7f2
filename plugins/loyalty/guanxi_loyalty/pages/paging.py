"""Long lists page by page, the latest first; a page's end is an instant and an id."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import Select, tuple_

from guanxi.sdk import Invalid, web
from guanxi_loyalty.texts import N_

PAGE = 50


def paged(wanted: Select[Any], instant: Any, thing_id: Any) -> Select[Any]:
    """Return the statement for the page that the address asks for, with one row more.

    :raises Invalid: it asks for none of ours.
    """
    wanted = wanted.order_by(instant.desc(), thing_id.desc()).limit(PAGE + 1)
    after = request.args.get("after")
    if after:
        wanted = wanted.where(tuple_(instant, thing_id) < _place(after))
    return wanted


def cursor_after(instant: datetime, thing_id: UUID) -> str:
    """Return what asks for the page after this row."""
    return web.encode_cursor([instant, thing_id])


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, thing_id = web.decode_cursor(cursor, 2)
    try:
        place = web.storable(datetime.fromisoformat(at)), UUID(thing_id)
    except (TypeError, ValueError, AttributeError):
        place = None
    if place is None or place[0].tzinfo is None:
        raise Invalid(N_("There is no such page. Start again from the first."))
    return place
