"""What campaigns cost (活动成本), and what they did against their held-back group (增量效果)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi_loyalty.models import Campaign
from guanxi_loyalty.reports.asking import Question
from guanxi_loyalty.reports.comparing import Group, Uplift, compare

_GIVEN = text(
    """
    SELECT r.campaign_id, count(DISTINCT o.customer_id) AS members,
        sum(CAST(w.award ->> 2 AS bigint)) AS given,
        sum(CASE WHEN o.amount > 0
            THEN floor(CAST(w.award ->> 2 AS bigint) * o.returned / o.amount) ELSE 0 END) AS back
    FROM loyalty_occasions o
    CROSS JOIN LATERAL jsonb_array_elements(o.awards) AS w (award)
    JOIN loyalty_rules r ON r.id = CAST(w.award ->> 0 AS uuid) AND r.campaign_id IS NOT NULL
    WHERE o.programme_id = :programme AND NOT o.voided AND o.occurred_at <= :as_of
      AND w.award ->> 1 = :unit
    GROUP BY 1
    """
)
BUCKET: Final = """
    (CAST(CAST('x' || encode(substring(sha256(convert_to(:salt, 'UTF8') || uuid_send(customer_id))
        FROM 1 FOR 8), 'hex') AS bit(64)) AS bigint))
    """
"""The first eight bytes of the hash by which ``earning.judging.in_control`` draws lots."""
IN_CONTROL: Final = f"""
    mod(mod({BUCKET}, 10000) + CASE WHEN {BUCKET} < 0 THEN 1616 ELSE 0 END + 10000, 10000)
        < :held_back
    """
"""The same number without a sign, modulo 10,000: 2^64 leaves 1616 (see the test)."""
_OUTCOMES = text(
    f"""
    WITH outcome AS (
        SELECT m.customer_id, m.control, coalesce(sum(t.amount), 0) AS spent,
            CAST(coalesce(bool_or(t.kind = 'purchase'), false) AS int) AS bought
        FROM (
            SELECT customer_id, {IN_CONTROL} AS control FROM loyalty_standings
            WHERE programme_id = :programme AND joined_at < :begins
        ) m
        LEFT JOIN touchpoints t ON t.customer_id = m.customer_id AND t.state = 'recorded'
            AND t.kind IN ('purchase', 'return') AND t.currency = :currency
            AND t.occurred_at >= :begins AND t.occurred_at < :ends
        GROUP BY 1, 2
    )
    SELECT control, count(*) AS number,
        avg(spent) AS spent_1, avg(spent ^ 2) AS spent_2, avg(spent ^ 3) AS spent_3,
        var_samp(spent) AS spent_variance,
        avg(bought) AS bought_1, avg(bought) AS bought_2, avg(bought) AS bought_3,
        var_samp(bought) AS bought_variance
    FROM outcome GROUP BY control
    """  # noqa: S608 -- texts of ours
)


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """One campaign as of an instant.

    :param given: units that its rules gave; :param back: of these taken back with returns.
    :param members: to how many.
    :param cost: what the rest is worth, in the programme's currency; None: nobody said the price.
    :param spent: purchases less returns per member, in the programme's currency.
    :param bought: which part of the members bought again (复购率).
    """

    key: str
    title_en: str
    title_zh: str
    begins: datetime
    ends: datetime
    budget: int | None
    given: int
    back: int
    members: int
    cost: Decimal | None
    spent: Uplift
    bought: Uplift


def campaigns(session: Session, question: Question) -> list[CampaignReport]:
    """Return each campaign of the programme with its cost and its uplift, the latest first.

    Cost: units given by its rules, less those taken back with returns, at the stand-alone selling
    price of the programme, in its currency. What was returned counts with its purchase.

    Uplift: all who were members when it began, as the lots drew them, whether they took part or
    not (intention to treat), compared by what they spent and whether they bought while it ran, up
    to ``as_of``: see :func:`guanxi_loyalty.reports.comparing.compare`.
    """
    values = {"programme": question.programme.id, "as_of": question.as_of}
    rows = session.execute(_GIVEN, {**values, "unit": question.unit.key})
    given = {row.campaign_id: row for row in rows}
    found = session.scalars(
        select(Campaign).where(Campaign.programme_id == question.programme.id)
    ).all()
    reports = [_report(session, question, one, given) for one in found]
    return sorted(reports, key=lambda one: (one.begins, one.key), reverse=True)


def _report(
    session: Session, question: Question, campaign: Campaign, given: Mapping[UUID, Any]
) -> CampaignReport:
    begins = campaign.starts_at or campaign.created_at
    ends = min(campaign.ends_at or question.as_of, question.as_of)
    row = given.get(campaign.id)
    units, back = (int(row.given), int(row.back)) if row else (0, 0)
    outcomes = _outcomes(session, question, campaign, begins, ends)
    spent, bought = (
        compare(_group(outcomes.get(False), name), _group(outcomes.get(True), name))
        for name in ("spent", "bought")
    )
    return CampaignReport(
        campaign.key, campaign.title_en, campaign.title_zh, begins, ends, campaign.budget,
        units, back, row.members if row else 0, question.worth(units - back), spent, bought,
    )  # fmt: skip


def _outcomes(
    session: Session, question: Question, campaign: Campaign, begins: datetime, ends: datetime
) -> dict[bool, Any]:
    values = {
        "programme": question.programme.id,
        "salt": campaign.salt,
        "held_back": campaign.held_back,
        "currency": question.unit.currency,
        "begins": begins,
        "ends": ends,
    }
    return {row.control: row for row in session.execute(_OUTCOMES, values)}


def _group(row: Any, name: str) -> Group:
    if row is None:
        return Group()
    first, second, third = (getattr(row, f"{name}_{power}") for power in (1, 2, 3))
    variance = second - first**2
    skewness = Decimal(0)
    if variance > 0:
        skewness = (third - 3 * first * second + 2 * first**3) / (variance * variance.sqrt())
    return Group(row.number, first, getattr(row, f"{name}_variance") or Decimal(0), skewness)
