"""The weights of characteristics: a logistic regression on their weights of evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDS = 1000
PARTED = 0.9999
"""A share of pairs put in the right order above which no regression has an end."""


@dataclass(frozen=True, slots=True)
class Weights:
    """``ln(good : bad) = intercept + sum of coefficient * woe``, with standard errors."""

    intercept: float
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    """Of the intercept, then of each coefficient."""
    log_likelihood: float


def weigh(woe: "NDArray[Any]", good: "NDArray[Any]") -> Weights:
    """Return the maximum-likelihood weights (Hosmer and Lemeshow 2000, section 2.2).

    :param woe: a row per case, a column per characteristic.
    :raises CannotFit: good and bad are told apart completely, so there is no greatest likelihood.
    """
    import numpy as np  # noqa: PLC0415 -- only who fits needs it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- as above

    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=ROUNDS)
    model.fit(woe, good)
    intercept, coefficients = float(model.intercept_[0]), model.coef_[0]
    odds = np.clip(intercept + woe @ coefficients, -700, 700)
    likely = 1 / (1 + np.exp(-odds))
    chance = np.where(good, likely, 1 - likely)
    if chance.min() > PARTED:
        raise CannotFit(
            N_(
                "What is known tells good from bad without a fault. That is too good: probably "
                "something is known only after the outcome. Leave it out."
            )
        )
    return Weights(
        intercept, tuple(map(float, coefficients)), _errors(woe, likely),
        float(np.log(chance).sum()),
    )  # fmt: skip


def rightly_signed(found: Weights) -> Sequence[int]:
    """Return the positions of coefficients above nought.

    Weights of evidence point the right way already; one that is turned round says the opposite of
    what its own bins say, since another characteristic says the same (Siddiqi 2006, chapter 6).
    """
    return [place for place, one in enumerate(found.coefficients) if one > 0]


def _errors(woe: "NDArray[Any]", likely: "NDArray[Any]") -> tuple[float, ...]:
    """The roots of the diagonal of the inverse information matrix."""
    import numpy as np  # noqa: PLC0415 -- as above

    design = np.column_stack((np.ones(len(woe)), woe))
    information = (design * (likely * (1 - likely))[:, None]).T @ design
    return tuple(float(np.sqrt(max(one, 0))) for one in np.diag(np.linalg.pinv(information)))
