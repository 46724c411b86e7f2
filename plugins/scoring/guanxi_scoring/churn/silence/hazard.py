"""The regression: probability of a sign of life in a period, and of none in many.

With hazards h the probability of staying silent for K periods is the survivor function,
``(1 - h(1)) ... (1 - h(K))`` (Singer and Willett 1993, equation 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from guanxi_scoring.churn.silence import design

_RIDGE: Final = 100.0
"""Inverse weight of the penalty: keeps what never or always happened finite, no more."""
_STEPS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Hazard:
    """Coefficients in log-odds by name, with their standard errors."""

    intercept: float
    coefficients: Mapping[str, float]
    errors: Mapping[str, float]
    log_likelihood: float
    converged: bool

    @property
    def told(self) -> dict[str, Any]:
        """The form in which a version keeps it."""
        return {"intercept": self.intercept, "coefficients": dict(self.coefficients)}


def fit(state: Any, trials: Any, events: Any) -> Hazard:
    """Fit the logistic regression on counted person-periods."""
    import warnings  # noqa: PLC0415 -- as the next

    import numpy as np  # noqa: PLC0415 -- only who fits needs them
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 -- as above
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- as above

    x = design.matrix(state)
    both, outcome = np.vstack([x, x]), np.repeat([1, 0], len(x))
    weights = np.concatenate([events, trials - events])
    model = LogisticRegression(C=_RIDGE, max_iter=_STEPS, tol=1e-7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # told by ``converged``
        model.fit(both[weights > 0], outcome[weights > 0], weights[weights > 0])
    coefficients = np.concatenate([model.intercept_, model.coef_[0]])
    h = _logistic(coefficients[0] + x @ coefficients[1:])
    likelihood = (events * np.log(h) + (trials - events) * np.log1p(-h)).sum()
    names = ("intercept", *design.NAMES)
    errors = dict(zip(names, _errors(x, trials * h * (1 - h)), strict=True))
    told = {name: float(one) for name, one in zip(names, coefficients, strict=True)}
    return Hazard(
        intercept=told.pop("intercept"),
        coefficients=told,
        errors=errors,
        log_likelihood=float(likelihood),
        converged=bool(model.n_iter_.max() < _STEPS),
    )


def hazards(parameters: Mapping[str, Any], state: Any, ahead: int = 0) -> Any:
    """Return the probability of a sign of life in the period ``ahead`` from the next one."""
    import numpy as np  # noqa: PLC0415 -- as above

    beta = np.array([parameters["coefficients"][name] for name in design.NAMES])
    return _logistic(parameters["intercept"] + design.matrix(state, ahead) @ beta)


def staying_silent(parameters: Mapping[str, Any], state: Any, periods: int) -> Any:
    """Return the probability of no sign of life in the next ``periods``."""
    import numpy as np  # noqa: PLC0415 -- as above

    logs = np.zeros(len(state))
    for ahead in range(periods):
        logs += np.log1p(-hazards(parameters, state, ahead))
    return np.exp(logs)


def _logistic(odds: Any) -> Any:
    import numpy as np  # noqa: PLC0415 -- as above

    # Never exactly 0 or 1: nothing is certain.
    return np.clip(1 / (1 + np.exp(-np.clip(odds, -35, 35))), 1e-12, 1 - 1e-12)


def _errors(x: Any, weights: Any) -> list[float]:
    """Return standard errors from the Hessian of the penalised likelihood."""
    import numpy as np  # noqa: PLC0415 -- as above

    full = np.column_stack([np.ones(len(x)), x])
    information = full.T @ (full * weights[:, None])
    penalty = np.eye(full.shape[1]) / _RIDGE
    penalty[0, 0] = 0
    return [float(one) for one in np.sqrt(np.diag(np.linalg.pinv(information + penalty)))]
