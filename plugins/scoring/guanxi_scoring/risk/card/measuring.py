"""How good a card is: measured on cases that it did not learn from, and the classes of scores."""

from collections.abc import Sequence
from typing import Any, Final

from guanxi_scoring.life.comparing import ERRORS, auc_error
from guanxi_scoring.life.contract import CannotFit, Sentence
from guanxi_scoring.risk.card import measures
from guanxi_scoring.risk.card.card import Card
from guanxi_scoring.risk.card.choosing import Characteristic
from guanxi_scoring.risk.card.stability import stability_index
from guanxi_scoring.texts import N_

CLASSES: Final = 10
"""Into so many classes of about equal size scores are cut, to compare populations by."""


def measured(
    parameters: dict[str, Any], chosen: Sequence[Characteristic], bad: Any, learn: Any, test: Any
) -> tuple[dict[str, Any], int]:
    """Return the metrics on the hold-out part, and how many of it have no score.

    The classes of scores, by which populations are compared, go into ``parameters``.
    """
    import numpy as np  # noqa: PLC0415 -- as above

    card = Card(parameters)
    learnt, _ = _scores(card, chosen, learn)
    held, places = _scores(card, chosen, test)
    outcome = bad[places]
    if len(set(outcome.tolist())) < 2:
        raise CannotFit(
            N_(
                "The part kept for measuring holds only good or only bad cases. "
                "Keep a greater part."
            )
        )
    edges = np.unique(np.quantile(learnt, np.linspace(0, 1, CLASSES + 1)[1:-1]))
    shares = class_counts(learnt.tolist(), edges.tolist())
    parameters["classes"] = {"edges": edges.tolist(), "counts": shares}
    area = measures.auc(held, outcome)
    likely = np.array([card.scale.probability_of_bad(one) for one in held.tolist()])
    return {
        "auc": area,
        "gini": 2 * area - 1,
        "ks": measures.ks(held, outcome),
        "brier": float(np.mean((likely - outcome) ** 2)),
        "auc_learnt": measures.auc(learnt, bad[learn]),
        "psi": stability_index(shares, class_counts(held.tolist(), edges.tolist())),
        "holdout": len(outcome),
        "bad_rate": float(bad.mean()),
        "iv": {one.column.key: one.iv for one in chosen},
        ERRORS: {"auc": auc_error(area, float(outcome.sum()), float((1 - outcome).sum()))},
    }, len(test) - len(places)


def some_refused(refused: int, total: int) -> Sentence:
    """Say how many of the cases kept for measuring have no score."""
    return Sentence(
        N_(
            "%(n)s of %(total)s cases kept for measuring have values that the others never had; "
            "they have no score and are not measured."
        ),
        {"n": refused, "total": total},
    )


def class_counts(points: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Return how many scores fall into each class; one at an edge belongs to the upper."""
    from bisect import bisect_right  # noqa: PLC0415 -- only here

    counts = [0] * (len(edges) + 1)
    for one in points:
        counts[bisect_right(edges, one)] += 1
    return counts


def _scores(card: Card, chosen: Sequence[Characteristic], where: Any) -> tuple[Any, Any]:
    """Return scores, and the places of the cases that have one."""
    import numpy as np  # noqa: PLC0415 -- as above

    from guanxi_scoring.risk.card.many import score_many  # noqa: PLC0415 -- heavy

    among = where.tolist()
    columns = {one.column.key: [one.values[place] for place in among] for one in chosen}
    points = score_many(card, columns).points
    has = ~np.isnan(points)
    return points[has], where[has]
