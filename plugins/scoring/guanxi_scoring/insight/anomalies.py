"""Anomalies (异常): found each week in the company's figures, then explained or dismissed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, PreconditionFailed, customers, record
from guanxi_scoring.company import company
from guanxi_scoring.insight.figures import FIGURES, WEEK, first_week, monday, series
from guanxi_scoring.insight.unusual import Unusual, unusual
from guanxi_scoring.models import Anomaly
from guanxi_scoring.texts import N_

STATES: Final = ("new", "explained", "dismissed")
DECISIONS: Final = ("explained", "dismissed")
LOOKED_AT: Final = 104
"""Weeks that are looked at again: what is corrected later than that stays as it was judged."""
_LONGEST: Final = 500


def find(session: Session, *, as_of: datetime) -> dict[str, int]:
    """Look at all whole weeks before ``as_of``; store what is unusual; how many there are.

    What is not unusual any more, since its figures were corrected, goes unless a person has said
    something about it.
    """
    there = company(session)
    until, first = monday(there.day(as_of)), first_week(session, there)
    if first is None:
        return {"anomalies": 0}
    since = max(first, until - WEEK * LOOKED_AT)
    found: set[tuple[str, date]] = set()
    for key, figure in FIGURES.items():
        values = series(session, there, key, since, until)
        for one in unusual(values, counts=figure.unit == "number"):
            _store(session, key, one, as_of)
            found.add((key, one.week_on))
    for stored in session.scalars(
        select(Anomaly).where(Anomaly.week_on >= since, Anomaly.state == "new")
    ):
        if (stored.figure, stored.week_on) not in found:
            session.delete(stored)
    session.flush()
    return {"anomalies": len(found)}


def latest(
    session: Session, *, state: str = "", limit: int, after: tuple[date, str] | None = None
) -> Sequence[Anomaly]:
    """Return anomalies, the latest week first."""
    wanted = select(Anomaly).order_by(Anomaly.week_on.desc(), Anomaly.figure)
    if state:
        wanted = wanted.where(Anomaly.state == state)
    if after is not None:
        week_on, figure = after
        behind = (Anomaly.week_on < week_on) | (
            (Anomaly.week_on == week_on) & (Anomaly.figure > figure)
        )
        wanted = wanted.where(behind)
    return session.scalars(wanted.limit(limit)).all()


def week_of(word: str) -> date:
    """Return the week that an address names.

    :raises NotFound: it names none.
    """
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise NotFound(N_("Nothing out of the ordinary is known of this week.")) from None


def count_new(session: Session) -> int:
    """Return how many nobody has said anything about."""
    wanted = select(func.count()).where(Anomaly.state == "new")
    return session.scalar(wanted) or 0


def find_one(session: Session, figure: str, week_on: date) -> Anomaly:
    """Return one anomaly.

    :raises NotFound: there is none.
    """
    found = session.get(Anomaly, (figure, week_on), populate_existing=True)
    if found is None:
        raise NotFound(N_("Nothing out of the ordinary is known of this week."))
    return found


def decide(
    session: Session,
    figure: str,
    week_on: date,
    state: str,
    note: str,
    *,
    by: str,
    now: datetime,
    expected_version: int | None = None,
) -> Anomaly:
    """Explain an anomaly, which needs words, or dismiss it.

    :raises NotFound: there is none.
    :raises Invalid: no such state, or no explanation.
    :raises PreconditionFailed: somebody changed it since ``expected_version``.
    """
    found = find_one(session, figure, week_on)
    if expected_version not in (None, found.version):
        raise PreconditionFailed(N_("Somebody changed this meanwhile. Look at it again."))
    if state not in DECISIONS:
        raise Invalid(N_("Explain it or dismiss it."), fields={"state": []})
    said = customers.clean_text(note, _LONGEST, multiline=True)
    if state == "explained" and not said:
        raise Invalid(N_("Say what it was."), fields={"note": []})
    before = {"state": found.state, "note": found.note}
    found.state, found.note = state, said or None
    found.decided_at, found.decided_by, found.version = now, by, found.version + 1
    session.flush()
    after = {"state": found.state, "note": found.note}
    subject = ("scoring_anomaly", f"{figure}:{week_on.isoformat()}")
    record(session, "scoring.anomaly_decided", subject, before=before, after=after)
    return found


def _store(session: Session, key: str, one: Unusual, now: datetime) -> None:
    values: dict[str, Any] = {
        "value": one.value, "expected": one.expected, "low": one.low, "high": one.high,
        "score": one.score,
    }  # fmt: skip
    added = insert(Anomaly).values(figure=key, week_on=one.week_on, found_at=now, **values)
    session.execute(added.on_conflict_do_update(index_elements=["figure", "week_on"], set_=values))
