"""Cursors: a signed-free, opaque place in a sorted list, so that no page counts the whole table."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from guanxi.clock import storable
from guanxi.db import json
from guanxi.errors import Invalid

MAX_LIMIT = 200
DEFAULT_LIMIT = 80

Place = tuple[datetime, UUID]
"""The instant and the id of the last thing on a page of a list sorted by both."""


def encode_cursor(values: Sequence[Any]) -> str:
    """Pack the sort values of the last row shown."""
    return base64.urlsafe_b64encode(json.dumps_bytes(list(values))).rstrip(b"=").decode()


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """Unpack a cursor of ``length`` values.

    :raises Invalid: it is not one of ours.
    """
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        values = json.loads(packed)
    except (ValueError, binascii.Error, UnicodeError):
        values = None
    if not isinstance(values, list) or len(values) != length or not all(map(_plain, values)):
        raise Invalid("This cursor is not valid here. Start again from the first page.")
    return values


def _plain(value: Any) -> bool:
    """Say whether a value may be handed to the database at all."""
    if isinstance(value, list):
        return all(map(_plain, value))
    return "\0" not in value if isinstance(value, str) else not isinstance(value, dict)


def place_from(cursor: str | None) -> Place | None:
    """Return the place that a cursor of an instant and an id stands for; None without a cursor.

    :raises Invalid: it is not one of ours.
    """
    if not cursor:
        return None
    instant, thing_id = decode_cursor(cursor, 2)
    try:
        place = storable(datetime.fromisoformat(instant)), UUID(thing_id)
    except (TypeError, ValueError, AttributeError):
        place = None
    if place is None or place[0].tzinfo is None:
        raise Invalid("This cursor is not valid here. Start again from the first page.")
    return place
