"""How good recommendations are: learnt before a day, compared with what was bought since.

The comparison is with what anybody could do, the best sellers, on the same customers; only what a
customer had not bought before counts. Needs NumPy and SciPy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse

from guanxi_scoring.life.contract import Picture
from guanxi_scoring.products.intervals import wilson
from guanxi_scoring.products.learning import Baskets, Nearest

TOP: Final = 10
"""So many recommendations are compared."""
_ROWS: Final = 500
_BANDS: Final = ((1, 1), (2, 4), (5, 9), (10, 49), (50, None))
"""Customers by how many products they had bought before."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared: who bought what before, what they bought since that was new to them.

    :param available: which products may be recommended, by column.
    :param popularity: how well each product sold, by column.
    """

    before: Baskets
    since: Any
    available: Any
    popularity: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """For each customer: at which place the first hit was (0: none), and how many hits of what."""

    first: Any
    hits: Any
    wanted: Any
    recommended: Any


def compare(
    case: Case, nearest: Nearest, history: int
) -> tuple[dict[str, Any], dict[str, Picture]]:
    """Return measures and pictures of recommendations and, beside them, of best sellers."""
    rows = np.flatnonzero(np.asarray(case.since.sum(axis=1)).ravel() > 0)
    lengths = np.array([len(one) for one in case.before.recent], dtype=np.int64)[rows]
    if not len(rows):
        return {"customers": 0}, {}
    ours = _outcome(case, rows, _scores_by_items(case, nearest, history))
    usual = _outcome(case, rows, lambda some: np.zeros((len(some), len(case.before.products))))
    sellable = int(case.available.sum())
    measures: dict[str, Any] = {"customers": len(rows), "products": sellable}
    for prefix, found in (("", ours), ("popular_", usual)):
        hits = int((found.first > 0).sum())
        low, high = wilson(hits, len(rows))
        measures |= {
            f"{prefix}hit_rate": hits / len(rows),
            f"{prefix}hit_rate_low": low,
            f"{prefix}hit_rate_high": high,
            f"{prefix}recall": float((found.hits / found.wanted).mean()),
            f"{prefix}coverage": int(found.recommended.sum()) / sellable if sellable else 0.0,
        }
    measures["better_p"] = _sign_test(ours.first > 0, usual.first > 0)
    return measures, _pictures(ours, usual, lengths)


def _scores_by_items(case: Case, nearest: Nearest, history: int) -> Any:
    """Return a function that scores products for rows by the neighbours of what they bought."""

    def scores(rows: Sequence[int]) -> Any:
        recent = [case.before.recent[row][:history] for row in rows]
        ends = np.concatenate([[0], np.cumsum([len(one) for one in recent])])
        shape = (len(recent), len(case.before.products))
        columns = np.concatenate(recent)
        own = sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape)
        return (own @ nearest.similarity).toarray()

    return scores


def _outcome(case: Case, rows: Any, scores: Any) -> Outcome:
    """Recommend to rows by a score, best sellers first where it is equal, and look what came."""
    ties = case.popularity / (case.popularity.max() + 1.0) * 1e-9
    first, hits, wanted = [], [], []
    recommended = np.zeros(len(case.before.products), dtype=bool)
    most = min(TOP, len(case.before.products))
    for begin in range(0, len(rows), _ROWS):
        some = rows[begin : begin + _ROWS]
        value = scores(some) + ties
        value[:, ~case.available] = -1.0
        value[case.before.matrix[some].nonzero()] = -1.0
        best = np.argsort(-value, axis=1, kind="stable")[:, :most]
        shown = np.take_along_axis(value, best, axis=1) >= 0
        recommended[np.unique(best[shown])] = True
        bought = case.since[some].toarray() > 0
        hit = np.take_along_axis(bought, best, axis=1) & shown
        first.append(np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, 0))
        hits.append(hit.sum(axis=1))
        wanted.append(bought.sum(axis=1))
    return Outcome(np.concatenate(first), np.concatenate(hits), np.concatenate(wanted), recommended)


def _sign_test(ours: Any, usual: Any) -> float:
    """Return how likely chance alone puts us this far ahead (McNemar, 1947; exact, one-sided)."""
    from scipy.stats import binomtest  # noqa: PLC0415 -- only here

    won, lost = int((ours & ~usual).sum()), int((usual & ~ours).sum())
    if not won + lost:
        return 1.0
    return float(binomtest(won, won + lost, alternative="greater").pvalue)


def _pictures(ours: Outcome, usual: Outcome, lengths: Any) -> dict[str, Picture]:
    by_place = [
        (
            place,
            *(float(((one.first > 0) & (one.first <= place)).mean()) for one in (ours, usual)),
        )
        for place in range(1, TOP + 1)
    ]
    by_history = []
    for least, most in _BANDS:
        chosen = (lengths >= least) & (lengths <= (most or lengths.max()))
        if chosen.any():
            shares = (float((one.first[chosen] > 0).mean()) for one in (ours, usual))
            label = f"{least}" if least == most else f"{least}–{most}" if most else f"{least}+"
            by_history.append((label, int(chosen.sum()), *shares))
    return {
        "hits_by_place": Picture(("place", "items", "popular"), by_place),
        "hits_by_history": Picture(("products", "customers", "items", "popular"), by_history),
    }
