"""Where a page of a list begins: behind the last id of the page before."""

from uuid import UUID

from guanxi.sdk import Invalid, web


def cursor_of(last: UUID | None) -> str | None:
    """Return the cursor of the page behind ``last``; None where there is no more."""
    return None if last is None else web.encode_cursor([str(last)])


def place_of(cursor: str | None) -> UUID | None:
    """Return the id behind which the page of a cursor begins; None for the first page.

    :raises Invalid: the cursor is not one of such a list.
    """
    if not cursor:
        return None
    try:
        return UUID(str(web.decode_cursor(cursor, 1)[0]))
    except ValueError:
        raise Invalid("This cursor is not valid here. Start again from the first page.") from None
