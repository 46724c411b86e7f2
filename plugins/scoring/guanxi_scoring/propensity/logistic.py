"""Logistic regression (逻辑回归) of scikit-learn over bins; only its coefficients are stored."""

import json
from typing import Any, Final, Literal

import numpy as np

STRENGTH: Final = 1.0
"""The inverse of the penalty on squared coefficients."""


class FittedLogistic:
    """Coefficients and an intercept."""

    def __init__(self, coefficients: Any, intercept: float) -> None:
        self._coefficients, self._intercept = np.asarray(coefficients, dtype=float), intercept

    def predict_proba(self, x: Any) -> Any:
        """Return the probabilities of losing and of winning, a row each."""
        scores = np.asarray(x) @ self._coefficients + self._intercept
        won = 1 / (1 + np.exp(-np.clip(scores, -700, 700)))
        return np.column_stack([1 - won, won])

    def dump(self) -> bytes:
        """Return coefficients and intercept as JSON."""
        told = {"coefficients": self._coefficients.tolist(), "intercept": self._intercept}
        return json.dumps(told).encode()


class Logistic:
    """Learns coefficients of bins."""

    inputs: Literal["bins", "numbers"] = "bins"

    def fit(self, x: Any, y: Any, seed: int) -> FittedLogistic:
        """Fit by L-BFGS; it is convex, so that ``seed`` changes nothing."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- only to fit

        fitted = LogisticRegression(C=STRENGTH, max_iter=1_000, random_state=seed).fit(x, y)
        return FittedLogistic(fitted.coef_[0], float(fitted.intercept_[0]))

    def load(self, data: bytes) -> FittedLogistic:
        """Return what was stored."""
        told = json.loads(data)
        return FittedLogistic(told["coefficients"], told["intercept"])
