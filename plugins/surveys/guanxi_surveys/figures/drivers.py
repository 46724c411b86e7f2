"""Which question moves the score (驱动因素分析): relative weights of questions that go together.

Questions of one survey correlate, so that coefficients of a regression say little about which
matters. Relative weights (Johnson 2000, *Multivariate Behavioral Research* 35:1-19) share R^2 out
among them: the predictors are replaced by the orthogonal variables nearest to them, and what these
explain is led back to each predictor. They are never negative and add up to R^2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEAST: Final = 30
"""Fewer answers to all of the questions tell nothing."""
_NEARLY_NOTHING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Driver:
    """``share`` of what is explained, and the question's plain ``correlation`` with the score."""

    question: str
    share: float
    correlation: float


@dataclass(frozen=True, slots=True)
class Drivers:
    """What of the score's variance the questions explain together, and each its share."""

    r_squared: float
    n: int
    drivers: tuple[Driver, ...]


def relative_weights(
    questions: Sequence[str],
    correlations: Mapping[tuple[str, str], float],
    with_score: Mapping[str, float],
    n: int,
) -> Drivers | None:
    """Share R^2 out among ``questions``, the strongest first; None where that cannot be said.

    That is so with fewer than 30 answers, without questions, and where nothing correlates.

    :param correlations: Pearson's, of each two questions, in either order.
    :param with_score: Pearson's of each question with the score.
    """
    import numpy as np  # noqa: PLC0415 -- heavy; only who asks for drivers needs it

    if n < LEAST or not questions:
        return None
    among = np.array([[_of(correlations, one, two) for two in questions] for one in questions])
    to_score = np.array([with_score[one] for one in questions])
    values, vectors = np.linalg.eigh(among)
    # Pairwise correlations need not fit together; what is below nothing is nothing.
    roots = np.sqrt(np.clip(values, 0, None))
    lambdas = vectors @ np.diag(roots) @ vectors.T
    inverse = np.where(roots > _NEARLY_NOTHING, 1 / np.where(roots > 0, roots, 1), 0)
    betas = vectors @ np.diag(inverse) @ vectors.T @ to_score
    weights = (lambdas**2) @ (betas**2)
    whole = float(weights.sum())
    if whole <= _NEARLY_NOTHING:
        return None
    found = [
        Driver(name, float(weight) / whole, float(one))
        for name, weight, one in zip(questions, weights, to_score, strict=True)
    ]
    found.sort(key=lambda one: (-one.share, one.question))
    return Drivers(min(1.0, whole), n, tuple(found))


def _of(correlations: Mapping[tuple[str, str], float], one: str, two: str) -> float:
    if one == two:
        return 1.0
    found = correlations.get((one, two))
    return correlations[two, one] if found is None else found
