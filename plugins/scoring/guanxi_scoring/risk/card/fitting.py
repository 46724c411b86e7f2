"""Fits a card: bins and weights on the training part, points; measured on the other part.

Which characteristics it takes is in ``choosing``, how good it is in ``measuring``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from guanxi_scoring.life.contract import Fit, Picture, Sentence
from guanxi_scoring.risk.card import evidence as woe_of
from guanxi_scoring.risk.card.cases import Cases, require_enough
from guanxi_scoring.risk.card.choosing import Characteristic, chosen_of, weighed
from guanxi_scoring.risk.card.measuring import measured, some_refused
from guanxi_scoring.risk.card.points import Scale
from guanxi_scoring.risk.card.weighing import Weights
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_AUC: Final = 0.55


@dataclass(frozen=True, slots=True)
class Terms:
    """How a card is made."""

    scale: Scale = field(default_factory=Scale)
    holdout: float = 0.3
    least_iv: float = woe_of.UNPREDICTIVE
    reasons_against: Literal["maximum", "neutral"] = "neutral"


def fit_card(cases: Cases, terms: Terms, seed: int) -> Fit:
    """Fit a card.

    :raises CannotFit: with what is wrong and what to do.
    """
    import numpy as np  # noqa: PLC0415 -- only who fits needs it

    require_enough(cases)
    bad = np.array(cases.bad, dtype=int)
    learn, test = _split(bad, terms.holdout, seed)
    warnings = list(cases.warnings)
    chosen = chosen_of(cases.columns, bad, learn, terms.least_iv, warnings)
    chosen, weights = weighed(chosen, bad, learn, warnings)
    parameters = _parameters(chosen, weights, terms)
    metrics, refused = measured(parameters, chosen, bad, learn, test)
    if refused:
        warnings.append(some_refused(refused, len(test)))
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


def _parameters(chosen: Sequence[Characteristic], weights: Weights, terms: Terms) -> dict[str, Any]:
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
    one: Characteristic, coefficient: float, intercept: float, parts: int, scale: Scale
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


def _pictures(parameters: Mapping[str, Any]) -> dict[str, Picture]:
    by_value = sorted(parameters["characteristics"], key=lambda one: -one["iv"])
    counts = parameters["classes"]["counts"]
    edges = [None, *parameters["classes"]["edges"], None]
    return {
        "information_value": Picture(
            ("characteristic", "iv"), [(one["key"], one["iv"]) for one in by_value]
        ),
        "score_classes": Picture(
            ("from", "to", "cases"),
            [(edges[place], edges[place + 1], n) for place, n in enumerate(counts)],
        ),
    }
