"""Sequences (序列模式): who first bought one product bought another within some days after it.

The order counts, not that the two go together: of the customers who bought both, on different
days, more bought in this order than the days on which each was sold explain by themselves. A
product that came when another went always comes after it; so the binomial test, exact, is against
the share that two unrelated customers would show. The false discovery rate is held over everything
that was looked at. Agrawal & Srikant (1995) name the pattern.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.mining import sentences
from guanxi_scoring.mining.associations import MOST_FALSE, few_of_each
from guanxi_scoring.mining.finding import Finding
from guanxi_scoring.mining.significance import benjamini_hochberg

_NEVER: Final = np.iinfo(np.int32).max // 4
_TINY: Final = 1e-12
_FIRST: Final = text(
    """
    SELECT t.customer_id, l.product,
        min((t.occurred_at AT TIME ZONE :zone)::date - DATE '1970-01-01') AS day
    FROM touchpoints t JOIN touchpoint_lines l ON l.touchpoint_id = t.id
    WHERE t.state = 'recorded' AND t.kind = 'purchase' AND t.customer_id IS NOT NULL
        AND l.quantity > 0 AND t.occurred_at < :as_of AND l.product = ANY(CAST(:products AS text[]))
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)


def first_days(session: Session, products: Sequence[str], as_of: datetime) -> Any:
    """Return the first day on which each customer (row) bought each product (column).

    Days since 1970 in the company's zone; a huge number where it never was.
    """
    place = {product: column for column, product in enumerate(products)}
    values = {"zone": company(session).zone, "as_of": as_of, "products": list(products)}
    rows: dict[Any, int] = {}
    found = []
    for customer, product, day in session.execute(_FIRST, values):
        found.append((rows.setdefault(customer, len(rows)), place[product], day))
    days = np.full((len(rows), len(products)), _NEVER, dtype=np.int32)
    if found:
        at = np.array(found, dtype=np.int64)
        days[at[:, 0], at[:, 1]] = at[:, 2]
    return days


def sequences(
    days: Any,
    products: Sequence[str],
    names: Mapping[str, str],
    *,
    within: int,
    least: int,
    last: int,
) -> list[Finding]:
    """Return which product follows which within so many days.

    :param last: the last day that is known; who bought too lately is not counted yet.
    """
    counted = [_after(days, a, within, last) for a in range(len(products))]
    forward = np.array([one[0] for one in counted])
    reached, followed = (np.array([one[place] for one in counted]) for place in (1, 2))
    if not forward.size:
        return []
    from scipy.stats import binom  # noqa: PLC0415 -- it is slow to import

    either, usual = forward + forward.T, by_calendar(days)
    first, second = np.nonzero(~np.eye(len(products), dtype=bool))
    p = np.where(
        either[first, second] > 0,
        binom.sf(
            forward[first, second] - 1,
            np.maximum(either[first, second], 1),
            usual[first, second],
        ),
        1.0,
    )
    q = benjamini_hochberg(p)
    made = []
    for row in np.flatnonzero((q <= MOST_FALSE) & (followed[first, second] >= least)):
        a, b = int(first[row]), int(second[row])
        figures = {
            "customers": len(days),
            "of_a": int(reached[a, b]),
            "both": int(followed[a, b]),
            "confidence": float(followed[a, b] / reached[a, b]),
            "forward": float(forward[a, b] / either[a, b]),
            "either": int(either[a, b]),
            "days": within,
            "usual": float(usual[a, b]),
            "lift": float(forward[a, b] / (either[a, b] * usual[a, b])),
            "p": float(p[row]),
            "q": float(q[row]),
        }
        made.append(_finding(products[a], products[b], names, figures))
    return few_of_each(made)


def by_calendar(days: Any) -> Any:
    """Return how often the one (row) comes before the other, of two unrelated customers.

    Same days left out; a half where nothing is known.
    """
    known = days < _NEVER
    if not known.any():
        return np.full((days.shape[1], days.shape[1]), 0.5)
    first = int(days[known].min())
    length = int(days[known].max()) - first + 1
    sold = np.stack(
        [
            np.bincount(days[known[:, one], one] - first, minlength=length)
            for one in range(days.shape[1])
        ]
    ).astype(np.float64)
    sold /= np.maximum(sold.sum(axis=1, keepdims=True), 1.0)
    before = np.maximum(sold @ (1.0 - np.cumsum(sold, axis=1)).T, 0.0)
    before[before < _TINY] = 0.0
    both = before + before.T
    return np.where(both > 0, before / np.where(both > 0, both, 1.0), 0.5)


def since_1970(session: Session, as_of: datetime) -> int:
    """Return the last day before an instant, as a number."""
    day = company(session).day(as_of - timedelta(microseconds=1))
    return (day - datetime(1970, 1, 1).date()).days  # noqa: DTZ001 -- a calendar day


def _after(days: Any, a: int, within: int, last: int) -> tuple[Any, Any, Any]:
    """Return for each other product: bought later at all; who could have within; who did."""
    buyers = days[:, a] < _NEVER
    mine = days[buyers]
    gap = mine - mine[:, [a]]
    known = mine < _NEVER
    later = known & (gap > 0)
    could = (gap > 0) & (mine[:, [a]] + within <= last)
    return later.sum(axis=0), could.sum(axis=0), (could & later & (gap <= within)).sum(axis=0)


def _finding(a: str, b: str, names: Mapping[str, str], figures: Mapping[str, Any]) -> Finding:
    statement = Sentence(
        sentences.SEQUENCE,
        {
            "a": names.get(a, a),
            "b": names.get(b, b),
            "confidence": {"share": figures["confidence"]},
            "days": {"days": figures["days"]},
            "forward": {"share": figures["forward"]},
            "usual": {"share": figures["usual"]},
        },
    )
    subject = {"a": a, "b": b, "days": figures["days"]}
    return Finding("sequence", f"sequence: {a} > {b}", subject, statement, figures, figures["lift"])
