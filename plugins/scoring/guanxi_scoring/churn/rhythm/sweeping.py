"""Find rhythms that break today, and tell it once; the cost is that of those found."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from guanxi.sdk import append
from guanxi_scoring.churn.events import RhythmBroken
from guanxi_scoring.churn.rhythm import statements as sql
from guanxi_scoring.churn.rhythm.refreshing import as_of, population_of, refresh
from guanxi_scoring.company import company

AT_ONCE: Final = 5_000


def sweep(session: Session, *, now: datetime) -> dict[str, int]:
    """Note the breaks of which the day has come; tell those that are news.

    A break that began longer ago than the setting says, as when the plugin is new, is noted and
    shown, but no event tells of it.
    """
    population = population_of(session)
    if population is None:
        return {"broken": 0, "told": 0}
    at = as_of(session, now)
    _take_place(session, now)
    today = company(session).day(at)
    values = {"now": now, "today": today, "most": AT_ONCE}
    rows = session.execute(sql.DUE, values).all()
    news = today - timedelta(days=company(session).settings["rhythm_news_days"])
    told = [row for row in rows if row.warn_on > news]
    for row in sorted(told, key=lambda one: str(one.customer_id)):
        days = (today - row.last_on).days
        append(
            session,
            RhythmBroken(customer_id=row.customer_id, last_on=row.last_on.isoformat(), days=days),
        )
    return {"broken": len(rows), "told": len(told)}


def _take_place(session: Session, now: datetime) -> None:
    """Count touchpoints that were entered for a later instant, which has come."""
    population = population_of(session)
    assert population is not None  # noqa: S101 -- whoever calls looked
    at = as_of(session, now)
    since = population.refreshed_until
    if at > since:
        found = session.scalars(sql.CAME_TRUE, {"since": since, "until": at}).all()
        refresh(session, found, now=now)
        population = population_of(session)
        assert population is not None  # noqa: S101 -- as above
        population.refreshed_until = at
        session.flush()
