"""Cursors of lists that are sorted by an instant and an id: touchpoints, rewards."""

from datetime import datetime
from uuid import UUID

from guanxi.errors import Invalid
from guanxi.http.paging import decode_cursor

Place = tuple[datetime, UUID]
"""The instant and the id of the last thing on a page."""


def place_from(cursor: str | None) -> Place | None:
    """Return the place that a cursor stands for; None without a cursor.

    :raises Invalid: it is not one of ours.
    """
    if not cursor:
        return None
    try:
        instant, thing_id = decode_cursor(cursor, 2)
        place = datetime.fromisoformat(instant), UUID(thing_id)
    except (TypeError, ValueError, AttributeError):
        place = None
    if place is None or place[0].tzinfo is None:
        raise Invalid("This cursor is not valid here. Start again from the first page.")
    return place
