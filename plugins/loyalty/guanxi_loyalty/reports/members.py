"""Members (会员): how many there are, how many do something, in which tiers they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.moments import months_after, start_of
from guanxi_loyalty.reports.asking import Question
from guanxi_loyalty.tiers.policies import tiers_of

ACTIVE_KINDS: Final = ("earn", "redeem", "hold", "capture")
_JOINED = text(
    """
    SELECT CAST(date_trunc('month', joined_at AT TIME ZONE :zone) AS date) AS month, count(*)
    FROM loyalty_standings WHERE programme_id = :programme AND joined_at <= :as_of GROUP BY 1
    """
)
_ACTIVE_BY_MONTH = text(
    """
    SELECT CAST(date_trunc('month', t.effective_at AT TIME ZONE :zone) AS date) AS month,
        count(DISTINCT t.account_id)
    FROM loyalty_transactions t
    WHERE t.unit_id = :unit AND t.kind = ANY(:kinds) AND t.effective_at <= :as_of
      AND t.effective_at >= :begins AND t.effective_at < :ends
    GROUP BY 1
    """
)
_ACTIVE = text(
    """
    SELECT count(DISTINCT t.account_id) FROM loyalty_transactions t
    WHERE t.unit_id = :unit AND t.kind = ANY(:kinds) AND t.effective_at <= :as_of
      AND t.effective_at >= :begins AND t.effective_at < :ends
    """
)
_TIERS = text(
    """
    SELECT coalesce(latest.after, :first) AS tier, count(*) FROM loyalty_standings s
    LEFT JOIN LATERAL (
        SELECT c.after FROM loyalty_tier_changes c
        WHERE c.customer_id = s.customer_id AND c.programme_id = s.programme_id AND c.at <= :as_of
        ORDER BY c.at DESC, c.number DESC LIMIT 1
    ) latest ON true
    WHERE s.programme_id = :programme AND s.joined_at <= :as_of GROUP BY 1
    """
)


@dataclass(frozen=True, slots=True)
class MonthOfMembers:
    """Members of one month; ``enrolled`` at its end, or as of the question's instant."""

    month: date
    joined: int
    enrolled: int
    active: int


@dataclass(frozen=True, slots=True)
class Members:
    """Members as of an instant, and those who did something in the question's days."""

    enrolled: int
    joined: int
    active: int
    months: list[MonthOfMembers]


def members(session: Session, question: Question) -> Members:
    """Return enrolled members (在册会员) and active ones (活跃会员), in all and by month.

    Numbers of customers; months of the programme's zone. Enrolled is who has ever had an occasion
    to earn; active who earned or spent in the days, or in the month. Erased customers are not
    members any more, in the past neither.
    """
    unit, zone = question.unit, str(question.unit.zone)
    values = {"programme": question.programme.id, "zone": zone, "as_of": question.as_of}
    joined = {row[0]: int(row[1]) for row in session.execute(_JOINED, values)}
    active_values = {
        "unit": unit.id, "zone": zone, "kinds": list(ACTIVE_KINDS), "as_of": question.as_of,
    }  # fmt: skip
    whole = {**active_values, "begins": question.begins, "ends": question.ends}
    first, after = question.months[0], months_after(question.months[-1], 1)
    months = {
        **active_values,
        "begins": start_of(first, unit.zone),
        "ends": start_of(after, unit.zone),
    }
    active = {row[0]: int(row[1]) for row in session.execute(_ACTIVE_BY_MONTH, months)}
    return Members(
        enrolled=sum(joined.values()),
        joined=sum(joined.get(month, 0) for month in question.months),
        active=int(session.execute(_ACTIVE, whole).scalar_one()),
        months=_months(question.months, joined, active),
    )


def tiers(session: Session, question: Question) -> list[tuple[str, str, str, int]]:
    """Return how many members are in each tier as of the instant: key, both titles, number.

    From the history of changes; who never changed is in the first tier. Empty without tiers.
    """
    book = tiers_of(session, question.programme)
    if book is None:
        return []
    in_force = book.in_force(question.as_of).tiers
    values = {
        "programme": question.programme.id, "as_of": question.as_of, "first": in_force[0].key,
    }  # fmt: skip
    found = {row[0]: int(row[1]) for row in session.execute(_TIERS, values)}
    return [(one.key, one.title_en, one.title_zh, found.get(one.key, 0)) for one in in_force]


def _months(
    months: list[date], joined: Mapping[date, int], active: Mapping[date, int]
) -> list[MonthOfMembers]:
    enrolled = sum(number for month, number in joined.items() if month < months[0])
    found = []
    for month in months:
        enrolled += joined.get(month, 0)
        found.append(MonthOfMembers(month, joined.get(month, 0), enrolled, active.get(month, 0)))
    return found
