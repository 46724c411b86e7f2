"""What else may learn a goal beside counts: two of scikit-learn, and whatever others bring.

A third party brings a learner in a distribution of its own::

    [options.entry_points]
    guanxi_scoring.learners =
        lightgbm = my_package.learning:LightGBM

The entry point is a class without arguments that keeps to :class:`Learner`. Its name is then
offered with every goal, and ``auto`` tries it, too: the one with the least log loss on cases that
it did not learn from is taken. What it learnt is stored as the bytes of ``dump``; data are never
unpickled by us, and whoever writes ``load`` should not either.
"""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from math import nan
from typing import Any, Final, Literal, Protocol

from guanxi.sdk import NotFound
from guanxi_scoring.propensity.binning import Feature
from guanxi_scoring.texts import N_

GROUP: Final = "guanxi_scoring.learners"
BAYES: Final = "bayes"
AUTO: Final = "auto"
BUILT_IN: Final = ("logistic", "boosting")
FEW: Final = 32
"""So many rows are encoded one by one; NumPy pays only for more."""


class Fitted(Protocol):
    """What was learnt."""

    def predict_proba(self, x: Any) -> Any:
        """Return a row per row of ``x``: the probabilities of losing and of winning."""

    def dump(self) -> bytes:
        """Return all that ``load`` needs."""


class Learner(Protocol):
    """Something that learns from a matrix of floats and answers with probabilities.

    ``inputs`` says how it wants to be given them: ``bins``, one column of 0 and 1 per value of
    each feature; or ``numbers``, a column per number with NaN where it is missing or was not
    known, and columns of 0 and 1 for words.
    """

    inputs: Literal["bins", "numbers"]

    def fit(self, x: Any, y: Any, seed: int) -> Fitted:
        """Learn; ``y`` is 1 for a case that was won. The same seed and data give the same."""

    def load(self, data: bytes) -> Fitted:
        """Return what ``dump`` wrote."""


def names() -> tuple[str, ...]:
    """Return the learners that there are, the one by counts first."""
    return (BAYES, *BUILT_IN, *sorted(_brought()))


def learner(name: str) -> Learner:
    """Return a learner by its name.

    :raises NotFound: it is not installed here.
    """
    if name == "logistic":
        from guanxi_scoring.propensity.logistic import Logistic  # noqa: PLC0415 -- needs NumPy

        return Logistic()
    if name == "boosting":
        from guanxi_scoring.propensity.boosting import Boosting  # noqa: PLC0415 -- needs NumPy

        return Boosting()
    if name not in _brought():
        raise NotFound(N_("The learner %(name)s is not installed."), name=name[:80])
    found: Learner = _brought()[name].load()()
    return found


def matrix(features: Sequence[Feature], rows: Sequence[Any], inputs: str) -> Any:
    """Return the matrix of some facts, as a learner wants its inputs."""
    import numpy as np  # noqa: PLC0415 -- only who fits or uses a learner needs it

    from guanxi_scoring.propensity import encoding  # noqa: PLC0415 -- as above

    if len(rows) > FEW:
        return encoding.matrix(features, rows, inputs)
    return np.array([encoded(features, row, inputs) for row in rows], dtype=float)


def encoded(features: Sequence[Feature], facts: Any, inputs: str) -> list[float]:
    """Return one row of the matrix."""
    found: list[float] = []
    for one in features:
        if one.is_number and inputs == "numbers":
            value = facts.get(one.name)
            found.append(nan if value is None else float(value))
        else:
            value = one.bin(facts)
            found.extend(float(value == possible) for possible in one.values)
    return found


@cache
def _brought() -> dict[str, Any]:
    """Return what is installed; packages do not change while a process runs."""
    found = {one.name: one for one in entry_points(group=GROUP)}
    return {name: one for name, one in found.items() if name not in (AUTO, BAYES, *BUILT_IN)}
