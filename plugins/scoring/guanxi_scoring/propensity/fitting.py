"""Learn a goal from past cases: choose a learner, calibrate, measure, then learn from all.

The figures are those of cases of which neither the learner nor the calibration knew anything: the
last ones by time wherever the history is long enough. The model in force then learns from all cases
in the same way.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from guanxi_scoring.life.contract import CannotFit, Picture, Sentence
from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.propensity import bayes, learners, measuring
from guanxi_scoring.propensity.binning import Feature, features_of
from guanxi_scoring.propensity.calibrating import NONE, calibrated, calibrator
from guanxi_scoring.propensity.goals import Goal
from guanxi_scoring.propensity.predicting import (
    ByCounts,
    ByLearner,
    Predictor,
    enough_for,
    probability,
)
from guanxi_scoring.propensity.samples import Parts, Sample, counted, splits
from guanxi_scoring.texts import N_

TOO_FEW: Final = N_(
    "%(won)s past cases ended well and %(lost)s did not. At least %(each)s of each and %(cases)s "
    "in all are needed. Wait until more has happened, look further back, or widen the conditions."
)
_NOT_MEASURED: Final = N_(
    "There are too few cases over time to keep some back, so how good it is was not measured, and "
    "its probabilities are not calibrated."
)
_NOT_CALIBRATED: Final = N_(
    "Too few cases were kept back to calibrate the probabilities; trust their order more than "
    "their height."
)
_HOW_SPLIT: Final = {
    "later": N_(
        "The history is short for so long a horizon: it was measured on later cases, but "
        "calibrated on other customers of the same time as these."
    ),
    "customers": N_(
        "The history is too short to keep later cases back: it was measured on other customers of "
        "the same time. How it does later is not known yet."
    ),
}
_NOTHING_TELLS: Final = N_(
    "Nothing that is known of customers tells those who did it from those who did not. Choose "
    "attributes, or wait until more has happened."
)
LEAST_OF_EACH: Final = 10
"""So many won and lost cases each part has at least, or nothing is measured."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A learner that learnt from some cases."""

    name: str
    features: Sequence[Feature]
    predictor: Predictor
    data: bytes = b""

    def scores(self, samples: Sequence[Sample]) -> list[float]:
        """Return the log-odds of samples, before calibration."""
        if isinstance(self.predictor, ByLearner):
            return self.predictor.scores([one.known for one in samples])
        told = self.predictor.many([(one.known, one.team_id) for one in samples])
        return [one.log_odds for one in told if one is not None]


@dataclass(frozen=True, slots=True)
class Quality:
    """How good it is on cases that it did not know."""

    calibration: Mapping[str, Any]
    metrics: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    warnings: Sequence[Sentence] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What is stored of a fit: the parameters, and how good they are."""

    parameters: Mapping[str, Any]
    quality: Quality


def learn(goal: Goal, samples: Sequence[Sample], seed: int) -> Result:
    """Learn a goal from closed cases in their order.

    :raises CannotFit: there are too few, or nothing tells them apart.
    """
    won, lost = counted(samples)
    if not enough_for(goal)((won, lost)):
        raise CannotFit(
            TOO_FEW, won=won, lost=lost, each=max(1, goal.min_each), cases=goal.min_cases
        )
    if not features_of([one.known for one in samples]):
        raise CannotFit(_NOTHING_TELLS)
    parts = next(filter(_can_measure, splits(samples)), None)
    if parts is None:
        first = learners.BAYES if goal.learner == learners.AUTO else goal.learner
        quality = Quality(dict(NONE), warnings=(Sentence(_NOT_MEASURED),))
        return Result(_parameters(goal, first, samples, quality, seed), quality)
    chosen = _choose(goal, parts, seed)
    quality = _judge(chosen, parts)
    return Result(_parameters(goal, chosen.name, samples, quality, seed), quality)


def learnt(goal: Goal, name: str, samples: Sequence[Sample], seed: int) -> Learnt:
    """Return what a learner makes of samples, on one core.

    Threads that wait for each other where others work, too, would take many times as long.
    """
    features = features_of([one.known for one in samples])
    if name == learners.BAYES:
        tables = bayes.tables_of(samples, features)
        return Learnt(name, features, ByCounts(features, tables, _at_once(goal)))
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 -- scikit-learn brings it

    found = learners.learner(name)
    x = learners.matrix(features, [one.known for one in samples], found.inputs)
    with threadpool_limits(limits=1):
        fitted = found.fit(x, [int(one.won) for one in samples], seed)
    predictor = ByLearner(features, fitted, found.inputs, len(samples))
    return Learnt(name, features, predictor, fitted.dump())


def _at_once(goal: Goal) -> Goal:
    """Return the goal for the company's part of the cases, however few it has."""
    return replace(goal, min_each=1, min_cases=2, by_team=False)


def _choose(goal: Goal, parts: Parts, seed: int) -> Learnt:
    """Return the learner with the least log loss on the middle part; the first of equals."""
    names = learners.names() if goal.learner == learners.AUTO else (goal.learner,)
    made = [learnt(goal, name, parts.learn, seed) for name in names]
    return made[0] if len(made) == 1 else min(made, key=lambda one: _loss(one, parts.calibrate))


def _loss(one: Learnt, samples: Sequence[Sample]) -> float:
    scores, won = one.scores(samples), [sample.won for sample in samples]
    told = calibrator(scores, won)
    return measuring.log_loss([calibrated(told, score) for score in scores], won)


def _judge(chosen: Learnt, parts: Parts) -> Quality:
    """Measure on the last part; calibrate for use on all that was kept back."""
    before = calibrator(chosen.scores(parts.calibrate), [one.won for one in parts.calibrate])
    told = chosen.predictor.many([(one.known, one.team_id) for one in parts.measure])
    p = [found for one in told if (found := probability(one, before)) is not None]
    won = [one.won for one in parts.measure]
    kept = [*parts.calibrate, *parts.measure]
    calibration = calibrator(chosen.scores(kept), [one.won for one in kept])
    warnings = [Sentence(_HOW_SPLIT[parts.kind])] if parts.kind in _HOW_SPLIT else []
    if calibration["method"] == "none":
        warnings.append(Sentence(_NOT_CALIBRATED))
    metrics = {**measuring.metrics(p, won), "learner": chosen.name, "split": parts.kind}
    return Quality(calibration, metrics, measuring.pictures(p, won), warnings)


def _can_measure(parts: Parts) -> bool:
    each = (parts.learn, parts.calibrate, parts.measure)
    return all(min(counted(part)) >= LEAST_OF_EACH for part in each) and bool(
        features_of([one.known for one in parts.learn])
    )


def _parameters(
    goal: Goal, name: str, samples: Sequence[Sample], quality: Quality, seed: int
) -> dict[str, Any]:
    """Learn from all samples; return what a version stores."""
    made = learnt(goal, name, samples, seed)
    table = bayes.tables_of(samples, made.features)[COMPANY]
    won, lost = table.total
    return {
        "learner": name,
        "features": [one.stored for one in made.features],
        "calibration": dict(quality.calibration),
        "won": won,
        "lost": lost,
        "counts": [[*key, *pair] for key, pair in sorted(table.counts.items())],
        "learnt": base64.b64encode(made.data).decode(),
    }
