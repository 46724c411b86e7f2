"""The figures of a report, gathered once and kept: reading it later tells the same.

Figures are of all customers, so only who sees all makes and reads reports. Months are of the
company's zone, whole ones before ``as_of``; money in its currency.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, customers, new_id, record
from guanxi_scoring.company import Company, company
from guanxi_scoring.insight import anomalies, potential
from guanxi_scoring.insight.board.white_space import white_space
from guanxi_scoring.life.finding import in_force, list_models
from guanxi_scoring.models import BoardReport, Insight
from guanxi_scoring.texts import N_

LONGEST: Final = 120
MONTHS: Final = 12
FEW: Final = 8
_MONTHS: Final = text(
    """
    SELECT to_char(occurred_at AT TIME ZONE :zone, 'YYYY-MM') AS month,
        coalesce(sum(amount) FILTER (WHERE currency = :currency), 0) AS revenue,
        count(*) FILTER (WHERE kind = 'purchase') AS purchases,
        count(*) FILTER (WHERE kind = 'return') AS returns,
        count(DISTINCT customer_id) FILTER (WHERE kind = 'purchase') AS buyers
    FROM touchpoints
    WHERE state = 'recorded' AND kind IN ('purchase', 'return')
      AND occurred_at >= date_trunc('month', CAST(:as_of AS timestamptz), :zone)
          - make_interval(months => :months)
      AND occurred_at < date_trunc('month', CAST(:as_of AS timestamptz), :zone)
    GROUP BY 1 ORDER BY 1
    """
)


def freeze(
    session: Session, title: str, *, as_of: datetime, by: str, now: datetime, classes: str = ""
) -> BoardReport:
    """Gather all figures and keep them.

    :param classes: the attribute by whose values the map of white space has its rows; countries
        by default.
    :raises Invalid: no title, or no such attribute.
    """
    said = customers.clean_text(title, LONGEST)
    if not said:
        raise Invalid(N_("Give it a title."), fields={"title": []})
    there = company(session)
    found = BoardReport(
        id=new_id(),
        title=said,
        as_of=as_of,
        currency=there.currency,
        figures=_figures(session, there, as_of, classes or "customers.country"),
        made_at=now,
        made_by=by,
    )
    session.add(found)
    session.flush()
    record(session, "scoring.report_made", ("scoring_report", found.id), after={"title": said})
    return found


def reports(session: Session, *, limit: int = 100) -> Sequence[BoardReport]:
    """Return the reports, the latest first."""
    wanted = select(BoardReport).order_by(BoardReport.made_at.desc(), BoardReport.id.desc())
    return session.scalars(wanted.limit(limit)).all()


def find_report(session: Session, report_id: UUID) -> BoardReport:
    """Return a report.

    :raises NotFound: there is none.
    """
    found = session.get(BoardReport, report_id)
    if found is None:
        raise NotFound(N_("There is no such report."))
    return found


def _figures(session: Session, there: Company, as_of: datetime, classes: str) -> dict[str, Any]:
    everybody = customers.selection(session, []).subquery()
    sums = potential.total(session)
    return {
        "customers": session.scalar(select(func.count()).select_from(everybody)) or 0,
        "months": _months(session, there, as_of),
        "models": _models(session),
        "expected": {
            "customers": sums.customers,
            "expected": str(sums.expected),
            "now": str(sums.now),
            "above": sums.above,
            "gap": str(sums.gap),
        },
        "anomalies": _anomalies(session, there, as_of),
        "insights": _insights(session),
        "white_space": white_space(session, classes, as_of=as_of).stored,
    }


def _months(session: Session, there: Company, as_of: datetime) -> list[list[Any]]:
    values = {
        "zone": there.zone, "currency": there.currency, "as_of": as_of, "months": MONTHS,
    }  # fmt: skip
    return [
        [row.month, str(row.revenue), row.purchases, row.returns, row.buyers]
        for row in session.execute(_MONTHS, values)
    ]


def _models(session: Session) -> list[dict[str, Any]]:
    found = []
    for model in list_models(session):
        version = in_force(session, model.key)
        if version is not None:
            found.append(
                {
                    "key": model.key,
                    "kind": model.kind,
                    "title": {"en": model.title_en, "zh": model.title_zh},
                    "version": version.number,
                    "trained_at": version.trained_at.isoformat(),
                    "sample": version.sample,
                    "metrics": version.metrics,
                    "alarm": model.alarm,
                }
            )
    return found


def _anomalies(session: Session, there: Company, as_of: datetime) -> list[dict[str, Any]]:
    today = there.day(as_of)
    return [
        {
            "figure": one.figure,
            "week_on": one.week_on.isoformat(),
            "value": str(one.value),
            "low": str(one.low),
            "high": str(one.high),
            "state": one.state,
            "note": one.note,
        }
        for one in anomalies.latest(session, limit=200)
        if one.week_on <= today and one.state != "dismissed"
    ][:FEW]


def _insights(session: Session) -> list[dict[str, Any]]:
    wanted = (
        select(Insight)
        .where(Insight.state == "confirmed")
        .order_by(Insight.strength.desc(), Insight.id)
        .limit(FEW)
    )
    return [
        {"statement": one.statement, "decided_by": one.decided_by}
        for one in session.scalars(wanted)
    ]
