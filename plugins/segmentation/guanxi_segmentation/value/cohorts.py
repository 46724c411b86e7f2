"""The repeat-purchase rate (二次购买率): who came back, by the month of the first purchase."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_segmentation.company import company


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers who first bought in one month of the company's zone."""

    month: date
    """Its first day."""
    customers: int
    repeated: int
    """Those who bought again, at whatever time since."""

    @property
    def rate(self) -> Decimal:
        """From 0 to 1, four decimals."""
        return round(Decimal(self.repeated) / self.customers, 4)


_COHORTS: Final = text(
    """
    SELECT CAST(date_trunc('month', first_at AT TIME ZONE :zone) AS date) AS month,
           count(*) AS customers, count(*) FILTER (WHERE purchases > 1) AS repeated
    FROM (
        SELECT t.customer_id, min(t.occurred_at) AS first_at, count(*) AS purchases
        FROM touchpoints t
        WHERE t.kind = 'purchase' AND t.state = 'recorded' AND t.occurred_at < :as_of
          AND t.customer_id IS NOT NULL
        GROUP BY t.customer_id
    ) bought
    GROUP BY 1 ORDER BY 1
    """
)


def cohorts(session: Session, *, as_of: datetime) -> list[Cohort]:
    """Return the cohorts by month, the earliest first; months without first purchases are absent.

    Purchases in any currency count.
    """
    asked = {"zone": company(session).zone, "as_of": as_of}
    return [Cohort(*row) for row in session.execute(_COHORTS, asked)]
