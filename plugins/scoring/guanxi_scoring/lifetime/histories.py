"""Purchase histories of customers as arrays, as the lifetime model needs them.

What counts is what ``features.summary`` says: days of the company's zone, money in its currency.
Everybody's come from the engine that is asked for; those of a few are read here, by the same
definition, in one short statement.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.company import Company, company
from guanxi_scoring.life.contract import Engine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from guanxi_scoring.features.summarising import Summary

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

BATCH: Final = 20_000
"""So many customers are scored and stored at a time."""

_SOME: Final = text(
    """
    WITH days AS (
        SELECT customer_id, CAST(occurred_at AT TIME ZONE :zone AS date) AS day,
            count(*) FILTER (WHERE kind = 'purchase') AS orders,
            coalesce(sum(amount) FILTER (WHERE kind = 'purchase'), 0) AS bought,
            coalesce(-sum(amount) FILTER (WHERE kind = 'return'), 0) AS returned
        FROM touchpoints
        WHERE customer_id = ANY(CAST(:ids AS uuid[])) AND state = 'recorded'
            AND kind IN ('purchase', 'return') AND currency = :currency AND occurred_at < :as_of
        GROUP BY 1, 2
    ), since AS (
        SELECT *, min(day) FILTER (WHERE orders > 0) OVER (PARTITION BY customer_id) AS first
        FROM days
    ), sums AS (
        SELECT customer_id, first, count(*) FILTER (WHERE orders > 0) - 1 AS x,
            max(day) FILTER (WHERE orders > 0) - first AS t_x,
            count(*) FILTER (WHERE day <> first AND bought > 0) AS paid_days,
            sum(bought) FILTER (WHERE day <> first) AS paid,
            sum(bought) AS bought, sum(bought) - sum(returned) AS kept
        FROM since WHERE first IS NOT NULL
        GROUP BY customer_id, first
    )
    SELECT customer_id, x, t_x, CAST(:today AS date) - first AS t, paid_days,
        CASE WHEN paid_days > 0 AND kept > 0 THEN CAST(paid AS float8) / CAST(paid_days AS float8)
            * (CAST(kept AS float8) / CAST(bought AS float8)) END AS spend,
        CAST(kept AS float8)
    FROM sums
    """
)


@dataclass(frozen=True, slots=True)
class Histories:
    """A row per customer who has bought, in each array.

    :param ids: whose they are; empty where nobody asks.
    :param t_x: days from the first purchase to the last, and ``t`` to the end.
    :param paid_days: repeat days on which something was paid, ``spend`` the mean of them less the
        share of returns, no number where there is none; ``kept`` is all money less returns.
    """

    ids: Sequence[UUID]
    x: "Whole"
    t_x: "Whole"
    t: "Whole"
    paid_days: "Whole"
    spend: "Real"
    kept: "Real"

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.x)


def of_summary(found: "Summary", *, ids: bool = False) -> Histories:
    """Return the histories of a summary; ``ids``: with whose they are."""
    whose = found.customer_ids if ids else ()
    return Histories(whose, found.x, found.t_x, found.T, found.paid_days, found.spend, found.kept)


def summed(
    session: Session,
    as_of: datetime,
    *,
    engine: Engine,
    location: str = "",
    cut: date | None = None,
) -> "Summary":
    """Return the summaries of everybody who bought before ``as_of``.

    :raises CannotFit: the engine is not there, or its lake.
    """
    from guanxi_scoring.features.summarising import summarise  # noqa: PLC0415 -- heavy

    return summarise(session, as_of=as_of, engine=engine, location=location, cut=cut)


def now_summed(
    session: Session, as_of: datetime, *, now: datetime, engine: Engine, location: str = ""
) -> "Summary":
    """Return the summaries of everybody: those that are stored, if they are of that instant.

    What was recorded within the last seconds may be lacking; it is scored when its events come.

    :raises CannotFit: the engine is not there, or its lake.
    """
    from guanxi_scoring.features import summaries  # noqa: PLC0415 -- heavy

    stored = None
    if engine == "postgres":
        stored = summaries.everybody(session, as_of=as_of, now=now)
    return stored or summed(session, as_of, engine=engine, location=location)


def first_day(
    session: Session, as_of: datetime, *, engine: Engine, location: str = ""
) -> date | None:
    """Return the day of the first purchase of all, None where nobody bought before ``as_of``.

    :raises CannotFit: the engine is not there, or its lake.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    from guanxi_scoring.features.days import day_of, instant  # noqa: PLC0415 -- heavy
    from guanxi_scoring.features.engines import opened  # noqa: PLC0415 -- heavy

    now = company(session)
    with opened(session, as_of=as_of, engine=engine, location=location) as found:
        t = found.tables.touchpoints
        bought = t.filter(
            t.state == "recorded",
            t.kind == "purchase",
            t.currency == now.currency,
            t.occurred_at < instant(t.occurred_at, as_of),
            t.customer_id.notnull(),
        )
        oldest = bought.aggregate(day=day_of(bought.occurred_at.min(), now.zone, as_of))
        (day,) = found.fetch(oldest)["day"]
    result: date | None = None if np.isnat(day) else day.astype(object)
    return result


def batches(found: "Summary") -> Iterator[Histories]:
    """Yield everybody's histories in the order of ids, some at a time."""
    for block in found.blocks(BATCH):
        yield of_summary(block, ids=True)


def some(session: Session, now: Company, as_of: datetime, customers: Collection[UUID]) -> Histories:
    """Return the histories of those of ``customers`` who have bought."""
    values = {
        "zone": now.zone,
        "currency": now.currency,
        "as_of": as_of,
        "today": now.day(as_of),
        "ids": list(customers),
    }
    (rows,) = ask(session, (_SOME, values))
    return _arrays(rows)


def _arrays(rows: Sequence[Any]) -> Histories:
    import numpy as np  # noqa: PLC0415 -- heavy

    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 7
    whole = [np.array(one, dtype=np.int64) for one in columns[1:5]]
    real = [np.array(one, dtype=np.float64) for one in columns[5:]]
    figures: list[Any] = [*whole, *real]
    return Histories(list(columns[0]), *figures)
