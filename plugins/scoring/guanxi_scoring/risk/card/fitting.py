"""Fits a card: bins on the training part, weights, points; measured on the other part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from guanxi_scoring.life.contract import CannotFit, Fit, Picture, Sentence
from guanxi_scoring.risk.card import evidence as woe_of
from guanxi_scoring.risk.card import measures
from guanxi_scoring.risk.card.bins import Bins
from guanxi_scoring.risk.card.card import Card
from guanxi_scoring.risk.card.cases import Cases, Column, read, require_enough, special_of
from guanxi_scoring.risk.card.cutting import cut
from guanxi_scoring.risk.card.points import Scale
from guanxi_scoring.risk.card.stability import stability_index
from guanxi_scoring.risk.card.weighing import Weights, rightly_signed, weigh
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASSES: Final = 10
"""Into so many classes of about equal size scores are cut, to compare populations by."""
MIN_AUC: Final = 0.55


@dataclass(frozen=True, slots=True)
class Terms:
    """How a card is made."""

    scale: Scale = field(default_factory=Scale)
    holdout: float = 0.3
    least_iv: float = woe_of.UNPREDICTIVE
    reasons_against: Literal["maximum", "neutral"] = "neutral"


@dataclass(frozen=True, slots=True)
class _Cut:
    """A characteristic with its bins and what each says."""

    column: Column
    values: Sequence[Any]
    bins: Bins
    evidence: Sequence[woe_of.Evidence]

    @property
    def iv(self) -> float:
        return woe_of.information_value(self.evidence)


def fit_card(cases: Cases, terms: Terms, seed: int) -> Fit:
    """Fit a card.

    :raises CannotFit: with what is wrong and what to do.
    """
    import numpy as np  # noqa: PLC0415 -- only who fits needs it

    require_enough(cases)
    bad = np.array(cases.bad, dtype=int)
    learn, test = _split(bad, terms.holdout, seed)
    warnings = list(cases.warnings)
    chosen = _chosen(cases.columns, bad, learn, terms, warnings)
    chosen, weights = _weighed(chosen, bad, learn, warnings)
    parameters = _parameters(chosen, weights, terms)
    metrics, refused = _measured(parameters, chosen, bad, learn, test)
    if refused:
        warnings.append(_some_refused(refused, len(test)))
    if metrics["auc"] < MIN_AUC:
        warnings.append(
            Sentence(N_("On cases that it did not learn from, it is hardly better than chance."))
        )
    return Fit(
        sample=len(bad),
        fingerprint=cases.fingerprint,
        parameters=parameters,
        metrics=metrics,
        standard_errors=dict(
            zip(("intercept", *(one.column.key for one in chosen)), weights.errors, strict=True)
        ),
        fit={
            "log_likelihood": weights.log_likelihood,
            "converged": True,
            "learnt_from": len(learn),
        },
        pictures=_pictures(parameters),
        warnings=warnings,
    )


def _split(bad: "NDArray[Any]", holdout: float, seed: int) -> tuple[Any, Any]:
    """Return the places of the cases to learn from and of those to be measured on."""
    import numpy as np  # noqa: PLC0415 -- as above
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 -- as above

    learn, test = train_test_split(
        np.arange(len(bad)), test_size=holdout, stratify=bad, random_state=seed
    )
    return np.sort(learn), np.sort(test)


def _chosen(
    columns: Sequence[Column], bad: Any, learn: Any, terms: Terms, warnings: list[Sentence]
) -> list[_Cut]:
    """Return the characteristics that say something; the others get a sentence each."""
    found = []
    for column in columns:
        kind, values = read(column)
        known = [values[place] for place in learn]
        if all(one is None for one in known):
            warnings.append(
                Sentence(N_("%(key)s is left out: it is always empty."), {"key": column.key})
            )
            continue
        _require_no_leak(column.key, known, bad[learn])
        bins = cut(known, bad[learn], kind, column.trend, special_of(column, kind))
        if bins is None:
            warnings.append(
                Sentence(N_("%(key)s is left out: it is always the same."), {"key": column.key})
            )
            continue
        one = _Cut(column, values, bins, _counted(bins, known, bad[learn]))
        if one.iv < terms.least_iv:
            told = {"key": column.key, "iv": round(one.iv, 4)}
            warnings.append(
                Sentence(N_("%(key)s is left out: its information value is only %(iv)s."), told)
            )
            continue
        if one.iv > woe_of.SUSPICIOUS:
            told = {"key": column.key, "iv": round(one.iv, 2)}
            warnings.append(
                Sentence(
                    N_(
                        "%(key)s says very much (information value %(iv)s). Make sure that it "
                        "was known before the outcome."
                    ),
                    told,
                )
            )
        found.append(one)
    if not found:
        raise CannotFit(
            N_("Nothing of what was chosen tells good from bad. Choose other characteristics.")
        )
    return found


def _require_no_leak(key: str, known: Sequence[Any], bad: Any) -> None:
    """Refuse what splits good from bad without a fault; bins of one kind only say nothing."""
    good = {value for value, is_bad in zip(known, bad, strict=True) if not is_bad}
    lost = {value for value, is_bad in zip(known, bad, strict=True) if is_bad}
    few = len(good) + len(lost) <= len(known) / 10
    numbers = [{one for one in part if isinstance(one, float)} for part in (good, lost)]
    apart = False
    if all(numbers) and numbers[0] | numbers[1] == good | lost:
        apart = max(numbers[0]) < min(numbers[1]) or max(numbers[1]) < min(numbers[0])
    if apart or (few and not good & lost):
        raise CannotFit(
            N_(
                "%(key)s tells good from bad without a fault. That is too good: probably it is "
                "known only after the outcome. Leave it out."
            ),
            key=key,
        )


def _counted(bins: Bins, values: Sequence[Any], bad: Any) -> list[woe_of.Evidence]:
    import numpy as np  # noqa: PLC0415 -- as above

    from guanxi_scoring.risk.card.many import places_of  # noqa: PLC0415 -- heavy

    places, size = places_of(bins.finder(), values), len(bins.bins)
    good, lost = (np.bincount(places[bad == one], minlength=size).tolist() for one in (0, 1))
    total = int(bad.sum())
    return woe_of.evidence(list(zip(good, lost, strict=True)), len(bad) - total, total)


def _weighed(
    chosen: list[_Cut], bad: Any, learn: Any, warnings: list[Sentence]
) -> tuple[list[_Cut], Weights]:
    """Return the characteristics whose weight has the right sign, and the weights."""
    import numpy as np  # noqa: PLC0415 -- as above

    while True:
        columns = [_woe_of(one, [one.values[place] for place in learn]) for one in chosen]
        weights = weigh(np.array(columns).T, 1 - bad[learn])
        right = rightly_signed(weights)
        if len(right) == len(chosen):
            return chosen, weights
        least = int(np.argmin(weights.coefficients))
        told = {"key": chosen[least].column.key}
        warnings.append(Sentence(N_("%(key)s is left out: the others say it already."), told))
        chosen = [one for place, one in enumerate(chosen) if place != least]


def _woe_of(one: _Cut, values: Sequence[Any]) -> Any:
    import numpy as np  # noqa: PLC0415 -- as above

    from guanxi_scoring.risk.card.many import places_of  # noqa: PLC0415 -- heavy

    return np.array([bin_.woe for bin_ in one.evidence])[places_of(one.bins.finder(), values)]


def _parameters(chosen: Sequence[_Cut], weights: Weights, terms: Terms) -> dict[str, Any]:
    scale, parts = terms.scale, len(chosen)
    return {
        "pdo": scale.pdo,
        "base_score": scale.base_score,
        "base_odds": scale.base_odds,
        "factor": scale.factor,
        "offset": scale.offset,
        "intercept": weights.intercept,
        "reasons_against": terms.reasons_against,
        "characteristics": [
            _characteristic(one, coefficient, weights.intercept, parts, scale)
            for one, coefficient in zip(chosen, weights.coefficients, strict=True)
        ],
    }


def _characteristic(
    one: _Cut, coefficient: float, intercept: float, parts: int, scale: Scale
) -> dict[str, Any]:
    return {
        "key": one.column.key,
        "type": one.bins.kind,
        "trend": one.column.trend,
        "low": one.bins.low,
        "high": one.bins.high,
        "iv": one.iv,
        "coefficient": coefficient,
        "neutral": scale.part(0.0, coefficient, intercept, parts),
        "bins": [
            {
                **held.stored,
                "good": said.good,
                "bad": said.bad,
                "woe": said.woe,
                "iv": said.iv,
                "points": scale.part(said.woe, coefficient, intercept, parts),
            }
            for held, said in zip(one.bins.bins, one.evidence, strict=True)
        ],
    }


def _measured(
    parameters: dict[str, Any], chosen: Sequence[_Cut], bad: Any, learn: Any, test: Any
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
    }, len(test) - len(places)


def class_counts(points: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Return how many scores fall into each class; one at an edge belongs to the upper."""
    from bisect import bisect_right  # noqa: PLC0415 -- only here

    counts = [0] * (len(edges) + 1)
    for one in points:
        counts[bisect_right(edges, one)] += 1
    return counts


def _scores(card: Card, chosen: Sequence[_Cut], where: Any) -> tuple[Any, Any]:
    """Return scores, and the places of the cases that have one."""
    import numpy as np  # noqa: PLC0415 -- as above

    from guanxi_scoring.risk.card.many import score_many  # noqa: PLC0415 -- heavy

    among = where.tolist()
    columns = {one.column.key: [one.values[place] for place in among] for one in chosen}
    points = score_many(card, columns).points
    has = ~np.isnan(points)
    return points[has], where[has]


def _some_refused(refused: int, total: int) -> Sentence:
    return Sentence(
        N_(
            "%(n)s of %(total)s cases kept for measuring have values that the others never had; "
            "they have no score and are not measured."
        ),
        {"n": refused, "total": total},
    )


def _pictures(parameters: Mapping[str, Any]) -> dict[str, Picture]:
    by_value = sorted(parameters["characteristics"], key=lambda one: -one["iv"])
    counts = parameters["classes"]["counts"]
    edges = [None, *parameters["classes"]["edges"], None]
    return {
        "information_value": Picture(
            ("characteristic", "iv"), [(one["key"], one["iv"]) for one in by_value]
        ),
        "score_classes": Picture(
            ("from", "until", "cases"),
            [(edges[place], edges[place + 1], n) for place, n in enumerate(counts)],
        ),
    }
