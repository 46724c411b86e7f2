"""The list of touchpoints: newest first, filtered, page by page."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from flask import render_template, request, url_for

from guanxi.http import current
from guanxi.http.language import zone
from guanxi.http.paging import encode_cursor, place_from
from guanxi.touchpoints.domain import reading
from guanxi.touchpoints.domain.reading import Filters
from guanxi.touchpoints.pages.blueprint import MANAGE, VIEW, pages
from guanxi.touchpoints.pages.words import DIRECTIONS, customer_names, staff_names, words

ROWS: Final = 50
_CHOICES: Final = ("kind", "channel", "direction", "state")


@pages.get("/", permission=VIEW)
def list_touchpoints() -> str:
    """A page of the list."""
    session = current.session()
    values = {name: request.args.get(name, "")[:60] for name in (*_CHOICES, "since", "until")}
    before = place_from(request.args.get("before"))
    found = reading.newest(session, _filters(values), before=before, limit=ROWS + 1)
    rows = found[:ROWS]
    return render_template(
        "touchpoints/list.html",
        rows=rows,
        values=values,
        words=words(session),
        may_manage=current.principal().may(MANAGE),
        directions=DIRECTIONS,
        customers=customer_names(session, [row.customer_id for row in rows]),
        staff=staff_names(session, [row.staff_id for row in rows]),
        next_url=_next_url(values, rows[-1]) if len(found) > ROWS else None,
        first_url=_url(values) if before else None,
    )


def _filters(values: dict[str, str]) -> Filters:
    chosen = Filters(**{name: values[name] or None for name in _CHOICES})  # type: ignore[arg-type]
    return replace(
        chosen, since=day_start(values["since"]), until=day_start(values["until"], days=1)
    )


def day_start(text: str, *, days: int = 0) -> datetime | None:
    """Return the first instant of a day in the reader's time zone, None if it is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time.min, zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _next_url(values: dict[str, str], last: Any) -> str:
    return _url({**values, "before": encode_cursor((last.occurred_at, last.id))})


def _url(values: dict[str, str]) -> str:
    given: dict[str, Any] = {name: value for name, value in values.items() if value}
    return url_for("touchpoints.list_touchpoints", **given)
