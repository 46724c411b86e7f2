"""Potential (潜在价值): what is expected of the next twelve months, less what the last brought.

Expected is the lifetime value of twelve months of the model in force; the last 365 days before the
same instant are counted in the same currency. Who has no expected value has no row: unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, customers
from guanxi_scoring.asking import Asked, ask
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.models import LifetimeScore, Potential
from guanxi_scoring.texts import N_

_REFRESH: Final = """
    WITH worth AS (
        SELECT l.customer_id, l.clv_12m AS expected, l.currency, l.as_of, coalesce((
            SELECT sum(t.amount) FROM touchpoints t
            WHERE t.customer_id = l.customer_id AND t.state = 'recorded'
              AND t.kind IN ('purchase', 'return') AND t.currency = l.currency
              AND t.occurred_at >= l.as_of - interval '365 days' AND t.occurred_at < l.as_of
        ), 0) AS now
        FROM scoring_lifetime l WHERE l.clv_12m IS NOT NULL
          AND {l}
    ), gone AS (
        DELETE FROM scoring_potentials p
        WHERE NOT EXISTS (SELECT FROM worth w WHERE w.customer_id = p.customer_id)
          AND {p}
    ), stored AS (
        INSERT INTO scoring_potentials (customer_id, expected, now, gap, currency, as_of)
        SELECT customer_id, expected, now, expected - now, currency, as_of FROM worth
        ON CONFLICT (customer_id) DO UPDATE SET expected = excluded.expected, now = excluded.now,
            gap = excluded.gap, currency = excluded.currency, as_of = excluded.as_of
        WHERE (scoring_potentials.expected, scoring_potentials.now, scoring_potentials.currency,
               scoring_potentials.as_of)
            IS DISTINCT FROM (excluded.expected, excluded.now, excluded.currency, excluded.as_of)
        RETURNING 1
    )
    SELECT count(*) FROM stored
"""
_ALL: Final = text(_REFRESH.format(l="true", p="true"))
_SOME: Final = text(
    _REFRESH.format(
        l="l.customer_id = ANY(CAST(:these AS uuid[]))",
        p="p.customer_id = ANY(CAST(:these AS uuid[]))",
    )
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A customer with what more can be expected of them."""

    customer_id: UUID
    name: str
    expected: Decimal
    now: Decimal
    gap: Decimal
    currency: str
    reasons: tuple[Sentence, ...]


def refresh(session: Session, these: Sequence[UUID] | None = None) -> int:
    """Work out everybody's potential anew, or that of some customers; how many rows changed."""
    asked: Asked = (_ALL, {}) if these is None else (_SOME, {"these": list(these)})
    (((changed,),),) = ask(session, asked)
    return int(changed)


def ranked(
    session: Session, *, limit: int, after: tuple[Decimal, UUID] | None = None
) -> Sequence[Ranked]:
    """Return customers in sight, the greatest potential first; only where it is above nought."""
    p = Potential
    wanted = (
        select(p, Customer.display_name, LifetimeScore)
        .join(Customer, Customer.id == p.customer_id)
        .join(LifetimeScore, LifetimeScore.customer_id == p.customer_id)
        .where(
            p.gap > 0,
            customers.in_sight(session, p.customer_id),
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
        )
        .order_by(p.gap.desc(), p.customer_id)
        .limit(limit)
    )
    if after is not None:
        gap, last = after
        wanted = wanted.where((p.gap < gap) | ((p.gap == gap) & (p.customer_id > last)))
    return [
        Ranked(
            one.customer_id, name or "", one.expected, one.now, one.gap, one.currency,
            reasons(one, score),
        )
        for one, name, score in session.execute(wanted)
    ]  # fmt: skip


def reasons(potential: Potential, score: LifetimeScore) -> tuple[Sentence, ...]:
    """Say from what the expected value comes and what it is compared with."""
    expects = Sentence(
        N_(
            "Still active with a probability of %(alive)s; %(purchases)s purchases are expected in "
            "90 days."
        ),
        {"alive": {"share": score.p_alive}, "purchases": round(score.expected_purchases_90d, 2)},
    )
    spends = Sentence(
        N_("A purchase is worth %(spend)s on average."),
        {"spend": {"money": str(score.expected_spend), "currency": score.currency}},
    )
    brought = Sentence(
        N_("The last twelve months brought %(now)s."),
        {"now": {"money": str(potential.now), "currency": potential.currency}},
    )
    return (expects, *((spends,) if score.expected_spend is not None else ()), brought)


@dataclass(frozen=True, slots=True)
class Total:
    """What customers in sight are expected to bring, and what they brought."""

    customers: int
    expected: Decimal
    now: Decimal
    above: int
    """How many have a potential above nought; together ``gap``."""
    gap: Decimal


def total(session: Session) -> Total:
    """Return the sums over customers in sight."""
    p, more = Potential, Potential.gap > 0
    wanted = select(
        func.count(),
        func.coalesce(func.sum(p.expected), 0),
        func.coalesce(func.sum(p.now), 0),
        func.count().filter(more),
        func.coalesce(func.sum(p.gap).filter(more), 0),
    ).where(customers.in_sight(session, p.customer_id))
    return Total(*session.execute(wanted).one())
