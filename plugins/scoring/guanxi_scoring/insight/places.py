"""Where a page of anomalies begins: behind the last row of the page before."""

from datetime import date

from guanxi.sdk import Invalid, web
from guanxi_scoring.texts import N_


def cursor_of(*values: object) -> str:
    """Return the cursor of the page behind a row."""
    return web.encode_cursor([str(value) for value in values])


def week_place(cursor: str | None) -> tuple[date, str] | None:
    """Return week and figure behind which the page begins; None for the first page.

    :raises Invalid: the cursor is not one of such a list.
    """
    if not cursor:
        return None
    week_on, figure = web.decode_cursor(cursor, 2)
    try:
        return date.fromisoformat(str(week_on)), str(figure)
    except ValueError:
        raise _wrong() from None


def _wrong() -> Invalid:
    return Invalid(N_("This cursor is not valid here. Start again from the first page."))
