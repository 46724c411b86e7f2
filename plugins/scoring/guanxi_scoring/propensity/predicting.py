"""A version at work: from what is known of a customer to a probability with its parts."""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.propensity import bayes, learners
from guanxi_scoring.propensity.bayes import Pair, Table, Told, Weights
from guanxi_scoring.propensity.binning import Feature
from guanxi_scoring.propensity.calibrating import calibrated, clamped, logit
from guanxi_scoring.propensity.goals import Goal

Row = tuple[Mapping[str, Any], UUID]
"""What is known, and the team."""


class Predictor(Protocol):
    """Says log-odds before calibration; None where there are too few cases to say anything."""

    def many(self, rows: Sequence[Row]) -> list[Told | None]:
        """Return what it says of each row."""


def enough_for(goal: Goal) -> Callable[[Pair], bool]:
    """Return the guard against too few cases (最小样本): some of each result, and some in all."""

    def enough(pair: Pair) -> bool:
        won, lost = pair
        each = max(1, goal.min_each)
        return min(won, lost) >= each and won + lost >= goal.min_cases

    return enough


class ByCounts:
    """Naive Bayes over counts that change with each outcome; each team by itself."""

    def __init__(
        self, features: Sequence[Feature], tables: Mapping[UUID, Table], goal: Goal
    ) -> None:
        self._features, self._tables, self._goal = features, tables, goal
        self._weights: dict[UUID, Weights] = {}

    def many(self, rows: Sequence[Row]) -> list[Told | None]:
        """Return log-odds by the counts of the team or of the company."""
        return [self._one(known, team) for known, team in rows]

    def _one(self, known: Mapping[str, Any], team: UUID) -> Told | None:
        enough = enough_for(self._goal)
        found = bayes.scope(self._tables, team, enough, by_team=self._goal.by_team)
        if found is None:
            return None
        if found not in self._weights:
            self._weights[found] = bayes.weights_of(self._tables[found], self._features)
        return bayes.log_odds(self._weights[found], self._features, known)


class ByLearner:
    """What a learner says; a feature's part is what changes where it is not known (occlusion)."""

    def __init__(
        self, features: Sequence[Feature], fitted: learners.Fitted, inputs: str, cases: int
    ) -> None:
        self._features, self._fitted = features, fitted
        self._inputs, self._cases = inputs, cases

    def many(self, rows: Sequence[Row]) -> list[Told | None]:
        """Return the log-odds of each row."""
        if not rows:
            return []
        from guanxi_scoring.propensity import encoding  # noqa: PLC0415 -- heavy

        known = [one[0] for one in rows]
        x = learners.matrix(self._features, known, self._inputs)
        whole = self._log_odds(x)
        without = {
            name: self._log_odds(one)
            for name, one in encoding.without(x, self._features, self._inputs)
        }
        return [
            Told(score, self._parts(row, score, without, place), self._cases)
            for place, (row, score) in enumerate(zip(known, whole, strict=True))
        ]

    def scores(self, rows: Sequence[Mapping[str, Any]]) -> list[float]:
        """Return log-odds alone."""
        return self._log_odds(learners.matrix(self._features, rows, self._inputs)) if rows else []

    def _parts(
        self,
        row: Mapping[str, Any],
        score: float,
        without: Mapping[str, Sequence[float]],
        place: int,
    ) -> dict[str, float]:
        return {name: score - found[place] for name, found in without.items() if name in row}

    def _log_odds(self, x: Any) -> list[float]:
        return [logit(float(pair[1])) for pair in self._fitted.predict_proba(x)]


def features_in(parameters: Mapping[str, Any]) -> tuple[Feature, ...]:
    """Return the features of a version, with their frozen break points."""
    return tuple(map(Feature.read, parameters["features"]))


def predictor(parameters: Mapping[str, Any], goal: Goal, tables: Mapping[UUID, Table]) -> Predictor:
    """Return the predictor of a version; ``tables`` are the counts as they are now.

    :raises NotFound: the learner is not installed here any more.
    """
    features = features_in(parameters)
    if parameters["learner"] == learners.BAYES:
        return ByCounts(features, tables, goal)
    fitted, inputs = _loaded(parameters["learner"], parameters["learnt"])
    return ByLearner(features, fitted, inputs, parameters["won"] + parameters["lost"])


@lru_cache(maxsize=16)
def _loaded(name: str, data: str) -> tuple[learners.Fitted, str]:
    """Return what a learner stored, and its inputs; the same bytes are always the same."""
    found = learners.learner(name)
    return found.load(base64.b64decode(data)), found.inputs


def frozen_tables(parameters: Mapping[str, Any]) -> dict[UUID, Table]:
    """Return the company's counts as they were when the version was fitted."""
    counts = {(name, value): (won, lost) for name, value, won, lost in parameters["counts"]}
    return {COMPANY: Table(counts)}


def probability(told: Told | None, calibration: Mapping[str, Any]) -> float | None:
    """Return the calibrated probability, never 0 or 1; None where nothing can be said."""
    if told is None:
        return None
    return clamped(calibrated(calibration, told.log_odds), told.cases)
