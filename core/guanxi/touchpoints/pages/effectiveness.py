"""How well contacts work: response and success rates per channel, kind or staff member."""

from datetime import timedelta
from typing import Any, Final, cast, get_args

from flask import render_template, request

from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.language import zone
from guanxi.i18n import lazy_
from guanxi.touchpoints.domain.effectiveness import By, Effectiveness, effectiveness
from guanxi.touchpoints.pages.blueprint import VIEW, pages
from guanxi.touchpoints.pages.form_values import form_errors
from guanxi.touchpoints.pages.listing import day_start
from guanxi.touchpoints.pages.words import staff_names, words

RANGE: Final = timedelta(days=90)
GROUPS: Final = (
    ("channel", lazy_("Channel")),
    ("kind", lazy_("Kind")),
    ("staff_id", lazy_("Staff member")),
)


@pages.get("/effectiveness", permission=VIEW)
def show_effectiveness() -> str:
    """The rates as a table and as a chart."""
    args, errors = request.args, {}
    by = cast(By, args["by"] if args.get("by") in get_args(By) else "channel")
    today = current.now().astimezone(zone()).date()
    since_day, until_day = args.get("since") or str(today - RANGE), args.get("until") or str(today)
    since, until = day_start(since_day), day_start(until_day, days=1)
    rows: Any = []
    try:
        if since and until:
            rows = effectiveness(current.session(), by, since=since, until=until)
    except GuanxiError as error:
        errors = form_errors(error)
    return render_template(
        "touchpoints/effectiveness.html",
        rows=rows,
        names=_names(by, rows),
        by=by,
        groups=GROUPS,
        since=since_day,
        until=until_day,
        errors=errors,
    )


def _names(by: By, rows: list[Effectiveness]) -> dict[Any, str]:
    session = current.session()
    if by == "staff_id":
        return {**staff_names(session, [cast(Any, row.group) for row in rows])}
    found = words(session)
    return {row.group: found.of(by, str(row.group)) for row in rows}
