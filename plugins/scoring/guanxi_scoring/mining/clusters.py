"""Groups of customers who behave alike (聚类), found anew each week with the same seed.

k-means (Lloyd, 1982; started as Arthur & Vassilvitskii, 2007) on standardised features, with as
many groups as part them best (silhouette; Rousseeuw, 1987). Needs scikit-learn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.mining import sentences
from guanxi_scoring.mining.finding import Finding

FEATURES: Final = ("recency", "purchases", "amount", "products", "quantity", "returns")
LEAST_CUSTOMERS: Final = 50
_GROUPS: Final = (3, 4, 5, 6)
_SAMPLE: Final = 2_000
_MANY: Final = 20_000
"""From so many customers on, groups are found by mini-batches (Sculley, 2010)."""
_ALIKE: Final = 1e-9
_CLEAR: Final = 0.6
"""Standard deviations from the average by which a group is called something."""
_BEHAVIOUR: Final = text(
    """
    SELECT t.customer_id,
        extract(epoch FROM :as_of - max(t.occurred_at) FILTER (WHERE t.kind = 'purchase')) / 86400,
        count(DISTINCT (t.occurred_at AT TIME ZONE :zone)::date) FILTER (WHERE t.kind = 'purchase'),
        coalesce(avg(t.amount) FILTER (WHERE t.kind = 'purchase'), 0),
        coalesce(sum(l.products) FILTER (WHERE t.kind = 'purchase'), 0),
        coalesce(sum(l.quantity) FILTER (WHERE t.kind = 'purchase')
            / nullif(sum(l.products) FILTER (WHERE t.kind = 'purchase'), 0), 0),
        count(*) FILTER (WHERE t.kind = 'return')::float / count(*)
    FROM touchpoints t LEFT JOIN LATERAL (
        SELECT count(DISTINCT product) AS products, sum(quantity) AS quantity
        FROM touchpoint_lines WHERE touchpoint_id = t.id
    ) l ON true
    WHERE t.state = 'recorded' AND t.customer_id IS NOT NULL
        AND t.kind IN ('purchase', 'return') AND t.occurred_at < :as_of
        AND (t.currency IS NULL OR t.currency = :currency)
    GROUP BY t.customer_id HAVING bool_or(t.kind = 'purchase') ORDER BY t.customer_id
    """
)
_STORE: Final = text(
    "INSERT INTO scoring_clusters (customer_id, cluster) SELECT * FROM "
    "unnest(CAST(:customers AS uuid[]), CAST(:clusters AS smallint[]))"
)


@dataclass(frozen=True, slots=True)
class Groups:
    """Who is in which group; the largest is number 0. ``centres`` are in standard deviations."""

    customers: Sequence[UUID]
    of: Any
    centres: Any
    silhouette: float


def behaviour(session: Session, as_of: datetime) -> tuple[list[UUID], Any]:
    """Return the buyers and a row of features for each; money in the company's currency."""
    own = company(session)
    values = {"as_of": as_of, "zone": own.zone, "currency": own.currency}
    rows = session.execute(_BEHAVIOUR, values).all()
    return [row[0] for row in rows], np.array([[float(one) for one in row[1:]] for row in rows])


def group(customers: Sequence[UUID], features: Any, *, seed: int) -> Groups | None:
    """Return the groups; None where there are too few customers, or all are alike."""
    if len(customers) < LEAST_CUSTOMERS:
        return None
    scaled = _standardised(features)
    if scaled is None:
        return None
    best: tuple[float, Any] | None = None
    different = len(np.unique(scaled.round(9), axis=0))
    for number in (one for one in _GROUPS if one <= different):
        of = _means(scaled, number, seed)
        quality = _silhouette(scaled, of, seed)
        if best is None or quality > best[0]:
            best = (quality, of)
    if best is None:
        return None
    names, of = np.unique(best[1], return_inverse=True)
    order = np.argsort(-np.bincount(of), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(names))
    of = rank[of]
    centres = np.stack([scaled[of == one].mean(axis=0) for one in range(len(names))])
    return Groups(customers, of, centres, float(best[0]))


def described(found: Groups, features: Any) -> list[Finding]:
    """Return what each group is like, in words."""
    made = []
    for number, centre in enumerate(found.centres):
        inside = found.of == number
        words = _words(centre)
        size = int(inside.sum())
        figures: dict[str, Any] = {
            "customers": len(found.customers),
            "both": size,
            "support": size / len(found.customers),
            "silhouette": found.silhouette,
        }
        figures |= {
            f"mean_{name}": float(features[inside, column].mean())
            for column, name in enumerate(FEATURES)
        }
        statement = Sentence(
            sentences.CLUSTER,
            {"customers": size, "words": sentences.joined([one for _key, one in words])},
        )
        key = ", ".join(key for key, _word in words)
        strength = float(np.abs(centre).max())
        made.append(
            Finding("cluster", f"cluster: {key}", {"cluster": number}, statement, figures, strength)
        )
    return made


def store(session: Session, found: Groups | None) -> None:
    """Store who is in which group, in place of what was."""
    session.execute(text("DELETE FROM scoring_clusters"))
    if found is not None:
        session.execute(_STORE, {"customers": list(found.customers), "clusters": found.of.tolist()})


def _standardised(features: Any) -> Any:
    """Return logarithms in standard deviations; None where nothing differs."""
    logs = np.log1p(np.maximum(features, 0.0))
    spread = logs.std(axis=0)
    spread = np.where(spread > _ALIKE, spread, 0.0)
    if not (spread > 0).any():
        return None
    return (logs - logs.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _means(scaled: Any, number: int, seed: int) -> Any:
    from sklearn.cluster import KMeans, MiniBatchKMeans  # noqa: PLC0415 -- slow to import

    kind = KMeans if len(scaled) < _MANY else MiniBatchKMeans
    return kind(n_clusters=number, n_init=10, random_state=seed).fit_predict(scaled)


def _silhouette(scaled: Any, of: Any, seed: int) -> float:
    from sklearn.metrics import silhouette_score  # noqa: PLC0415 -- slow to import

    size = min(_SAMPLE, len(scaled))
    some = np.random.default_rng(seed).choice(len(scaled), size, replace=False)
    if len(np.unique(of[some])) < 2:
        return -1.0
    return float(silhouette_score(scaled[some], of[some]))


def _words(centre: Any) -> list[tuple[str, str]]:
    """Return key and word of what sets a group apart, the clearest first, three at most."""
    clear = [
        (abs(float(value)), name, bool(value > 0))
        for name, value in zip(FEATURES, centre, strict=True)
        if abs(value) >= _CLEAR
    ]
    clear.sort(key=lambda one: (-one[0], one[1]))
    if not clear:
        return [("average", sentences.NOTHING_SPECIAL)]
    return [
        (f"{name}{'+' if high else '-'}", sentences.WORDS[name][high])
        for _size, name, high in clear[:3]
    ]


def as_mapping(found: Groups) -> Mapping[UUID, int]:
    """Return the number of the group by customer."""
    return dict(zip(found.customers, found.of.tolist(), strict=True))
