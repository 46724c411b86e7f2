"""How good predictions were, on purchases that the model did not learn from."""

from typing import TYPE_CHECKING, Any, Final

from guanxi_scoring.life.comparing import ERRORS, ratio_error

if TYPE_CHECKING:
    from guanxi_scoring.lifetime.histories import Real, Whole

_TOP: Final = 10
"""The lift is that of the best tenth."""


def measured(expected: "Real", actual: "Whole", naive: "Real") -> dict[str, Any]:
    """Return the measures of the purchases that were expected of each customer.

    :param naive: what one would expect who lets each go on as before (repeat purchases by age).
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    error = expected - actual
    mae = float(np.abs(error).mean())
    plain = float(np.abs(naive - actual).mean())
    return {
        "mae": mae,
        "rmse": float(np.sqrt((error**2).mean())),
        "mae_naive": plain,
        "skill": 1 - mae / plain if plain > 0 else None,
        "correlation": correlation(expected, actual),
        "auc": auc(expected, actual > 0),
        "lift_top_decile": lift(expected, actual),
        "purchases_expected": float(expected.sum()),
        "purchases_actual": int(actual.sum()),
        "total_error": total_error(float(expected.sum()), float(actual.sum())),
        ERRORS: {
            "skill": ratio_error(np.abs(error), np.abs(naive - actual)),
            "total_error": ratio_error(expected, actual),
        },
    }


def total_error(expected: float, actual: float) -> float | None:
    """Return by what part of the actual sum the expected one is off; None if there was none."""
    return (expected - actual) / actual if actual else None


def auc(score: "Real", happened: Any) -> float | None:
    """Return in what part of all pairs the one of whom it happened has the higher score.

    The area under the ROC curve as the statistic of Mann and Whitney (1947); ties count half.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    yes = int(happened.sum())
    no = len(score) - yes
    if not yes or not no:
        return None
    return float((ranks[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def lift(score: "Real", actual: "Whole") -> float | None:
    """Return how many times the average the tenth with the highest scores bought."""
    import numpy as np  # noqa: PLC0415 -- heavy

    if not actual.sum():
        return None
    best = np.argsort(-score, kind="stable")[: max(1, len(score) // _TOP)]
    return float(actual[best].mean() / actual.mean())


def correlation(left: Any, right: Any) -> float | None:
    """Return Pearson's r; None where one side is always the same."""
    import numpy as np  # noqa: PLC0415 -- heavy

    if len(left) < 2 or np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(left, right)[0, 1])
