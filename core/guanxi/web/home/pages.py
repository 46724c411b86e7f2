"""The home page: how trade and contact went, and what waits for somebody."""

from datetime import date, timedelta

from flask import render_template, request
from sqlalchemy.orm import Session

from guanxi.access.rows import visible_owners
from guanxi.http import current
from guanxi.http.language import current_language, zone
from guanxi.http.routes import Pages
from guanxi.http.slots import draw_slot
from guanxi.rewards.pages.blueprint import current_fulfillers
from guanxi.web.home.figures import Figures, figures, range_of_data
from guanxi.web.home.waiting import Reader, what_waits

pages = Pages("home", __name__)
DEFAULT_DAYS = 365


@pages.get("/", permission="home.view")
def index() -> str:
    """Draw the charts for a range of days; without one, the last year that has data."""
    session = current.session()
    owners = visible_owners(session, current.principal())
    available = range_of_data(session, owners)
    since, until = _range(available)
    currency = current.platform().settings.get("core")["currency"]
    found = figures(session, since, until, currency, owners) if available else None
    return render_template(
        "home/index.html",
        figures=found,
        totals=_totals(found) if found else None,
        channels=_channels(found) if found else None,
        currency=currency,
        since=since,
        until=until,
        waits=what_waits(_reader(session)),
        cards=draw_slot("slot_dashboard_card", session=session, now=current.now()),
    )


def _reader(session: Session) -> Reader:
    return Reader(
        session=session,
        principal=current.principal(),
        now=current.now(),
        today=current.now().astimezone(zone()).date(),
        kinds=tuple(current_fulfillers()),
    )


def _range(available: tuple[date, date] | None) -> tuple[date, date]:
    last = available[1] if available else current.now().date()
    until = _day("until") or last
    since = _day("since") or max(
        until - timedelta(days=DEFAULT_DAYS), available[0] if available else date.min
    )
    return (since, until) if since <= until else (until, since)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _totals(found: Figures) -> dict[str, object]:
    revenue = sum(found.revenue)
    purchases = sum(found.purchases)
    return {
        "revenue": revenue,
        "purchases": purchases,
        "average": revenue / purchases if purchases else None,
        "new_customers": sum(found.new_customers),
    }


def _channels(found: Figures) -> list[tuple[str, int]]:
    chinese = current_language() == "zh"
    return [(zh if chinese else en, number) for en, zh, number in found.channels]
