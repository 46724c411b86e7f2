"""How good a model of silence is, on customers at a time from which it did not learn."""

from collections.abc import Mapping
from math import sqrt
from typing import Any, Final

from guanxi_scoring.life.comparing import ERRORS, auc_error
from guanxi_scoring.life.contract import Picture

TENTHS: Final = 10
_DIGITS: Final = 6


def measures(p: Any, customers: Any, silent: Any) -> dict[str, Any]:
    """Return AUC, Brier score and skill, calibration error, lift of the first tenth.

    :param p: predicted probability of silence, by cell; ``customers`` and ``silent`` how many
        there were and how many fell silent.
    """
    total, rate = float(customers.sum()), float(silent.sum() / customers.sum())
    brier = float((silent * (1 - p) ** 2 + (customers - silent) * p**2).sum() / total)
    tenths = _tenths(p, customers, silent)
    error = sum(w * abs(predicted - observed) for predicted, observed, w in tenths) / total
    chance = rate * (1 - rate)
    area = _auc(p, customers, silent)
    # A customer of a cell lost (1 - p)^2 or p^2; the spread of that over all customers.
    squares = float((silent * (1 - p) ** 4 + (customers - silent) * p**4).sum() / total)
    of_brier = sqrt(max(squares - brier**2, 0.0) / total)
    return {
        "holdout_customers": int(total),
        "silent_rate": round(rate, _DIGITS),
        "auc": area,
        "brier": round(brier, _DIGITS),
        "skill": round(1 - brier / chance, _DIGITS) if chance else None,
        "calibration_error": round(float(error), _DIGITS),
        "lift_first_tenth": round(tenths[0][1] / rate, _DIGITS) if rate else None,
        ERRORS: {
            "auc": auc_error(area, float(silent.sum()), total - float(silent.sum())),
            "skill": of_brier / chance if chance else None,
        },
    }


def pictures(p: Any, customers: Any, silent: Any) -> Mapping[str, Picture]:
    """Return the calibration and the lift, each by tenths of customers."""
    tenths = _tenths(p, customers, silent)
    rate = float(silent.sum() / customers.sum())
    calibration = [
        [str(n), round(predicted, _DIGITS), round(observed, _DIGITS), round(weight, 1)]
        for n, (predicted, observed, weight) in enumerate(tenths, 1)
    ]
    lift = [
        [str(n), round(observed / rate, _DIGITS) if rate else None, round(weight, 1)]
        for n, (_, observed, weight) in enumerate(tenths, 1)
    ]
    return {
        "silence_calibration": Picture(
            ("decile", "predicted", "observed", "customers"), calibration
        ),
        "silence_lift": Picture(("decile", "lift", "customers"), lift),
    }


def hazard_picture(state: Any, trials: Any, events: Any, fitted: Any) -> Picture:
    """Return the hazard by how long the silence has lasted: observed and fitted."""
    rows = []
    for silent in sorted(set(state[:, 0].astype(int))):
        here = state[:, 0] == silent
        many = float(trials[here].sum())
        observed = float(events[here].sum()) / many
        expected = float((fitted[here] * trials[here]).sum()) / many
        rows.append([silent, round(observed, _DIGITS), round(expected, _DIGITS), int(many)])
    return Picture(("silent", "observed", "predicted", "periods"), rows)


def _auc(p: Any, customers: Any, silent: Any) -> float | None:
    """Return the area under the ROC curve; None where all or none fell silent."""
    import numpy as np  # noqa: PLC0415 -- only who fits needs them
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 -- as above

    if silent.sum() in (0, customers.sum()):
        return None
    both = np.concatenate([p, p])
    outcome = np.repeat([1, 0], len(p))
    weights = np.concatenate([silent, customers - silent])
    return round(float(roc_auc_score(outcome, both, sample_weight=weights)), _DIGITS)


def _tenths(p: Any, customers: Any, silent: Any) -> list[tuple[float, float, float]]:
    """Return predicted, observed and size of each tenth, the highest probabilities first.

    A cell across a border is divided in proportion, so that all tenths are of one size.
    """
    import numpy as np  # noqa: PLC0415 -- as above

    order = np.argsort(-p, kind="stable")
    weight = customers[order].astype(float)
    upper = np.cumsum(weight)
    found = []
    for n in range(TENTHS):
        low, high = upper[-1] * n / TENTHS, upper[-1] * (n + 1) / TENTHS
        inside = np.clip(np.minimum(upper, high) - np.maximum(upper - weight, low), 0, None)
        size = float(inside.sum())
        share = inside / weight
        predicted = float((inside * p[order]).sum() / size)
        found.append((predicted, float((share * silent[order]).sum() / size), size))
    return found
