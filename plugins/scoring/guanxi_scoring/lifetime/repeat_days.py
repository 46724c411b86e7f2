"""On which days how many customers bought again: what a tracking plot compares with."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.life.contract import Engine

if TYPE_CHECKING:
    from guanxi_scoring.lifetime.histories import Whole


def repeat_days(
    session: Session, as_of: datetime, first: date, cut: date, *, engine: Engine, location: str = ""
) -> tuple["Whole", "Whole"]:
    """Return days since ``first`` and how many customers bought again on each, in order.

    Only customers who first bought before ``cut``; two purchases of one on one day are one.

    :raises CannotFit: the engine is not there, or its lake.
    """
    import ibis  # noqa: PLC0415 -- heavy
    import numpy as np  # noqa: PLC0415 -- heavy

    from guanxi_scoring.features.engines import opened  # noqa: PLC0415 -- heavy
    from guanxi_scoring.features.summary import purchase_days  # noqa: PLC0415 -- heavy

    now = company(session)
    with opened(session, as_of=as_of, engine=engine, location=location) as found:
        each = purchase_days(
            found.tables.touchpoints, as_of=as_of, zone=now.zone, currency=now.currency
        )
        bought = each.filter(each.orders > 0)
        dated = bought.mutate(first=bought.day.min().over(group_by=bought.customer_id))
        again = dated.filter(dated.day > dated.first, dated.first < ibis.literal(cut))
        rows = found.fetch(again.group_by(again.day).aggregate(purchases=again.count()))
    order = np.argsort(rows["day"])
    days = rows["day"][order].astype("datetime64[D]")
    since = (days - np.datetime64(first, "D")).astype(np.int64)
    return since, rows["purchases"][order].astype(np.int64)
