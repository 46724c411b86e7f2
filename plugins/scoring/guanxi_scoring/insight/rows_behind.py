"""The touchpoints behind a week's figure: within sight of whoever asks, the greatest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Touchpoint, customers
from guanxi_scoring.company import Company
from guanxi_scoring.insight.figures import FIGURES, WEEK, during

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """A touchpoint that counted."""

    id: UUID
    occurred_at: datetime
    customer_id: UUID | None
    name: str
    kind: str
    channel: str
    amount: Decimal | None
    currency: str | None


def rows_behind(
    session: Session, company: Company, figure: str, week_on: date, *, limit: int = MOST
) -> Sequence[Behind]:
    """Return the touchpoints that made up a figure in a week, the greatest amount first.

    Those without a known customer are shown to who sees all customers alone.
    """
    t = Touchpoint
    wanted = (
        select(t, Customer.display_name)
        .outerjoin(Customer, Customer.id == t.customer_id)
        .where(
            during(company, week_on, week_on + WEEK),
            FIGURES[figure].of(company),
            customers.in_sight(session, t.customer_id),
        )
        .order_by(func.abs(t.amount).desc().nulls_last(), t.occurred_at, t.id)
        .limit(limit)
    )
    return [
        Behind(
            one.id, one.occurred_at, one.customer_id, name or "", one.kind, one.channel,
            one.amount, one.currency,
        )
        for one, name in session.execute(wanted)
    ]  # fmt: skip
