"""How good probabilities are on cases that nobody learnt from, in figures and as two pictures."""

from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import Any, Final

from guanxi_scoring.life.comparing import ERRORS, ratio_error
from guanxi_scoring.life.contract import Picture
from guanxi_scoring.propensity.calibrating import logit

GROUPS: Final = 10


def metrics(p: Sequence[float], won: Sequence[bool]) -> dict[str, Any]:
    """Return AUC, log loss, Brier score, calibration slope and lift, each beside a plain guess.

    ``log_loss_base`` and ``brier_base`` are those of who says the same share for everybody. A
    slope of 1 and an intercept of 0 (Cox 1958) mean that probabilities come true as told.
    """
    rate = sum(won) / len(won)
    slope, intercept = _slope(p, won)
    return {
        "cases": len(won),
        "rate": rate,
        "mean": sum(p) / len(p),
        "auc": auc(p, won),
        "log_loss": log_loss(p, won),
        "log_loss_base": log_loss([rate] * len(won), won),
        "brier": brier(p, won),
        "brier_base": rate * (1 - rate),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "lift": _lift(p, won)[0][3],
        ERRORS: {"explained": ratio_error(_losses(p, won), _losses([rate] * len(won), won))},
    }


def auc(p: Sequence[float], won: Sequence[bool]) -> float:
    """Return how often one that was won stands above one that was lost; equal ones count half."""
    wins, losses = sum(won), len(won) - sum(won)
    ranks, place, ordered = 0.0, 0, sorted(zip(p, won, strict=True), key=lambda pair: pair[0])
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks += sum(pair[1] for pair in ordered[place:end]) * (place + 1 + end) / 2
        place = end
    return (ranks - wins * (wins + 1) / 2) / (wins * losses)


def log_loss(p: Sequence[float], won: Sequence[bool]) -> float:
    """Return the mean surprise; smaller is better."""
    return sum(_losses(p, won)) / len(won)


def brier(p: Sequence[float], won: Sequence[bool]) -> float:
    """Return the mean squared error of probabilities (Brier 1950)."""
    return sum((one - is_won) ** 2 for one, is_won in zip(p, won, strict=True)) / len(won)


def _losses(p: Sequence[float], won: Sequence[bool]) -> list[float]:
    """Return the surprise of each case."""
    told = (one if is_won else 1 - one for one, is_won in zip(p, won, strict=True))
    return [-log(max(one, 1e-15)) for one in told]


def pictures(p: Sequence[float], won: Sequence[bool]) -> dict[str, Picture]:
    """Return the calibration and the lift as tables, by tenths of the cases, the best first."""
    rows = []
    for place, group in enumerate(_best_tenths(p, won), start=1):
        predicted = sum(pair[0] for pair in group) / len(group)
        rows.append([place, predicted, sum(pair[1] for pair in group) / len(group), len(group)])
    return {
        "probability_calibration": Picture(("decile", "predicted", "observed", "cases"), rows),
        "probability_lift": Picture(("decile", "share", "gain", "lift"), _lift(p, won)),
    }


def _lift(p: Sequence[float], won: Sequence[bool]) -> list[list[float]]:
    """Return, for the best tenths together, which share of all that were won is among them."""
    seen = caught = 0
    rows = []
    for place, group in enumerate(_best_tenths(p, won), start=1):
        seen += len(group)
        caught += sum(pair[1] for pair in group)
        share, gain = seen / len(won), caught / sum(won)
        rows.append([place, share, gain, gain / share])
    return rows


def _best_tenths(p: Sequence[float], won: Sequence[bool]) -> list[Sequence[tuple[float, bool]]]:
    return _tenths(sorted(zip(p, won, strict=True), key=lambda pair: -pair[0]))


def _tenths(ordered: Sequence[tuple[float, bool]]) -> list[Sequence[tuple[float, bool]]]:
    cuts = [len(ordered) * place // GROUPS for place in range(GROUPS + 1)]
    found = [ordered[a:b] for a, b in pairwise(cuts)]
    return [group for group in found if group]


def _slope(p: Sequence[float], won: Sequence[bool]) -> tuple[float | None, float | None]:
    """Return slope and intercept of the outcome on the log-odds, by logistic regression."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- only who fits needs it

    scores = [[logit(one)] for one in p]
    if len({score[0] for score in scores}) < 2:
        return None, None
    fitted = LogisticRegression(C=1e6).fit(scores, list(won))
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])
