"""Which answers whoever asks may see, for pages and API; and cursors of lists of them."""

from datetime import datetime
from uuid import UUID

from guanxi.sdk import Invalid, current, web
from guanxi_surveys.answering.reading import Sight
from guanxi_surveys.models import Answer
from guanxi_surveys.texts import N_

RESULTS = "surveys.results"


def sight() -> Sight:
    """Return which answers whoever asks may see."""
    return Sight(unknown=current.principal().may(RESULTS))


def next_of(last: Answer) -> str:
    """Return the cursor of the page that begins behind an answer."""
    at = last.finished_at
    return web.encode_cursor([None if at is None else at.isoformat(), str(last.id)])


def place(cursor: str | None) -> tuple[datetime | None, UUID] | None:
    """Return where a cursor points; None without one.

    :raises Invalid: it is none of ours.
    """
    if not cursor:
        return None
    at, answer_id = web.decode_cursor(cursor, 2)
    try:
        instant = None if at is None else web.storable(datetime.fromisoformat(at))
        found = instant, UUID(answer_id)
    except (TypeError, ValueError, AttributeError):
        instant, found = datetime.min, None  # noqa: DTZ901 -- without a zone, so refused below
    if found is None or (instant is not None and instant.tzinfo is None):
        raise Invalid(N_("This cursor is not valid here. Start again from the first page."))
    return found
