"""Probabilities that come true as often as they say (概率校准), and never 0 or 1.

What a learner says is compared with what happened in cases that it did not learn from: by
isotonic regression (Zadrozny and Elkan 2002) where there are many of them, by Platt's sigmoid
(Platt 1999) where there are fewer, not at all where there are too few.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from math import exp, log
from typing import Any, Final

NONE: Final = {"method": "none"}
FOR_ISOTONIC: Final = (2_000, 200)
"""So many cases, and so many of the rarer result."""
FOR_PLATT: Final = (60, 15)


def calibrator(scores: Sequence[float], won: Sequence[bool]) -> dict[str, Any]:
    """Return the map from log-odds to probabilities that the cases ask for, as plain values."""
    rarer = min(sum(won), len(won) - sum(won))
    if len(won) >= FOR_ISOTONIC[0] and rarer >= FOR_ISOTONIC[1]:
        return _isotonic(scores, won)
    if len(won) >= FOR_PLATT[0] and rarer >= FOR_PLATT[1]:
        return _platt(scores, won)
    return dict(NONE)


def calibrated(told: Mapping[str, Any], score: float) -> float:
    """Return the probability of a score (log-odds)."""
    if told["method"] == "isotonic":
        return _between(told["x"], told["y"], score)
    if told["method"] == "platt":
        return sigmoid(told["slope"] * score + told["shift"])
    return sigmoid(score)


def clamped(p: float, cases: int) -> float:
    """Return a probability that is never 0 or 1.

    By Laplace's rule of succession (1774): after ``n`` cases that all went one way the next goes
    the other way with ``1 / (n + 2)``. Nobody who saw ``n`` cases can honestly be surer.
    """
    least = 1 / (cases + 2)
    return min(max(p, least), 1 - least)


def sigmoid(score: float) -> float:
    """Return the probability of log-odds, without overflow."""
    if score >= 0:
        return 1 / (1 + exp(-score))
    return exp(score) / (1 + exp(score))


def logit(p: float) -> float:
    """Return the log-odds of a probability, also of 0 and 1 as floats reach them."""
    inside = min(max(p, 1e-15), 1 - 1e-15)
    return log(inside / (1 - inside))


def _isotonic(scores: Sequence[float], won: Sequence[bool]) -> dict[str, Any]:
    """Fit steps that never fall; each says (w + 2 r) / (n + 2) of its own cases.

    ``r`` is the share of all: so a step on which all of few cases succeeded says less than one on
    which all of many did.
    """
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 -- only who fits needs it

    rate = sum(won) / len(won)
    fitted = IsotonicRegression().fit_transform(scores, [float(one) for one in won])
    steps: dict[float, list[tuple[float, bool]]] = {}
    for level, score, is_won in zip(fitted.tolist(), scores, won, strict=True):
        steps.setdefault(level, []).append((score, is_won))
    found = [steps[level] for level in sorted(steps)]
    drawn = [(sum(one[1] for one in step) + 2 * rate) / (len(step) + 2) for step in found]
    weights = [float(len(step)) for step in found]
    levels = IsotonicRegression().fit_transform(range(len(found)), drawn, sample_weight=weights)
    x, y = list[float](), list[float]()
    for step, level in zip(found, levels.tolist(), strict=True):
        ends = [score for score, _ in step]
        for end in sorted({min(ends), max(ends)}):
            x.append(end)
            y.append(level)
    return {"method": "isotonic", "x": x, "y": y}


def _platt(scores: Sequence[float], won: Sequence[bool]) -> dict[str, Any]:
    """Fit on Platt's targets, (w + 1) / (w + 2) and 1 / (l + 2), which keep off 0 and 1."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- only who fits needs it

    wins, losses = sum(won), len(won) - sum(won)
    high, low = (wins + 1) / (wins + 2), 1 / (losses + 2)
    targets = [high if one else low for one in won]
    fitted = LogisticRegression(C=1e6).fit(
        [[score] for score in scores] * 2,
        [1] * len(won) + [0] * len(won),
        sample_weight=[*targets, *(1 - target for target in targets)],
    )
    slope, shift = float(fitted.coef_[0][0]), float(fitted.intercept_[0])
    if slope <= 0:  # it told the wrong way round: only how many succeed is known
        return {"method": "platt", "slope": 0.0, "shift": logit(wins / len(won))}
    return {"method": "platt", "slope": slope, "shift": shift}


def _between(x: Sequence[float], y: Sequence[float], score: float) -> float:
    place = bisect_right(x, score)
    if place == 0:
        return y[0]
    if place == len(x):
        return y[-1]
    part = (score - x[place - 1]) / (x[place] - x[place - 1])
    return y[place - 1] + part * (y[place] - y[place - 1])
