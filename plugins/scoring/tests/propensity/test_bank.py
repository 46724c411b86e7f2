"""On 41,188 real calls: order and calibration beside scikit-learn's own logistic regression."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from plugins.scoring.tests.propensity.bank import calls
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from guanxi_scoring.propensity import fitting, learners, measuring
from guanxi_scoring.propensity.binning import features_of
from guanxi_scoring.propensity.boosting import fitted as sklearn_boosting
from guanxi_scoring.propensity.boosting import read_trees
from guanxi_scoring.propensity.calibrating import calibrated, calibrator
from guanxi_scoring.propensity.goals import Goal
from guanxi_scoring.propensity.predicting import features_in
from guanxi_scoring.propensity.samples import Parts, Sample, splits

GOAL = Goal()
FEW = 8_000


def by_time(count: int = 41_188) -> Parts:
    """Return the calls in three parts, one after the other."""
    return next(splits(calls(count)))


@cache
def learnt(name: str) -> fitting.Result:
    """Return what a learner made of the calls."""
    return fitting.learn(replace(GOAL, learner=name), calls(), seed=1)


@cache
def peer() -> tuple[float, float, float]:
    """Return AUC, log loss and Brier score of scikit-learn's logistic regression.

    It learns from the same 80 percent and is measured on the same last fifth.
    """
    parts = by_time()
    train, test = [*parts.learn, *parts.calibrate], parts.measure
    names = sorted({name for one in train for name in one.known})
    numbers = [n for n in names if isinstance(_first(train, n), float)]
    rows = [[_value(one, n, n in numbers) for n in names] for one in (*train, *test)]
    x = np.array(rows, dtype=object)
    encoder = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), [names.index(n) for n in numbers]),
        (
            OneHotEncoder(handle_unknown="ignore"),
            [names.index(n) for n in names if n not in numbers],
        ),
    )
    model = make_pipeline(encoder, LogisticRegression(max_iter=2_000))
    won = [one.won for one in (*train, *test)]
    p = model.fit(x[: len(train)], won[: len(train)]).predict_proba(x[len(train) :])[:, 1]
    told = won[len(train) :]
    return roc_auc_score(told, p), log_loss(told, p), brier_score_loss(told, p)


def _first(samples: list[Sample], name: str) -> object:
    return next(one.known[name] for one in samples if one.known[name] is not None)


def _value(one: Sample, name: str, is_number: bool) -> object:
    value = one.known[name]
    return (np.nan if value is None else value) if is_number else str(value)


def test_our_figures_are_those_of_scikit_learn() -> None:
    parts = by_time(FEW)
    made = fitting.learnt(replace(GOAL, learner="bayes"), "bayes", parts.learn, 1)
    told = calibrator(made.scores(parts.calibrate), [one.won for one in parts.calibrate])
    p = [calibrated(told, score) for score in made.scores(parts.measure)]
    won = [one.won for one in parts.measure]

    assert measuring.auc(p, won) == pytest.approx(roc_auc_score(won, p))
    assert measuring.log_loss(p, won) == pytest.approx(log_loss(won, p))
    assert measuring.brier(p, won) == pytest.approx(brier_score_loss(won, p))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bayes", "logistic", "boosting"])
def test_each_learner_orders_calls_as_well_as_the_peer_and_is_as_well_calibrated(name: str) -> None:
    auc, loss, score = peer()
    metrics = learnt(name).quality.metrics

    assert metrics["auc"] > auc - 0.01
    assert metrics["log_loss"] < loss * 1.03
    assert metrics["brier"] < score * 1.03


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bayes", "logistic", "boosting"])
def test_probabilities_come_true_as_often_as_they_say(name: str) -> None:
    found = learnt(name).quality

    assert 0.9 < found.metrics["calibration_slope"] < 1.1
    assert found.metrics["mean"] == pytest.approx(found.metrics["rate"], abs=0.01)
    for _, predicted, observed, cases in found.pictures["probability_calibration"].rows:
        error = (predicted * (1 - predicted) / cases) ** 0.5
        assert abs(predicted - observed) < 4 * error


@pytest.mark.slow
def test_auto_takes_the_learner_with_the_least_log_loss_on_what_it_did_not_know() -> None:
    found = fitting.learn(GOAL, calls(FEW), seed=1)

    parts = by_time(FEW)
    won = [one.won for one in parts.calibrate]
    losses = {}
    for name in (learners.BAYES, *learners.BUILT_IN):
        scores = fitting.learnt(GOAL, name, parts.learn, 1).scores(parts.calibrate)
        told = calibrator(scores, won)
        losses[name] = log_loss(won, [calibrated(told, score) for score in scores])
    assert found.parameters["learner"] == min(losses, key=losses.__getitem__)


def test_stored_trees_say_what_scikit_learn_says() -> None:
    known = [one.known for one in calls(FEW)]
    x = learners.matrix(features_of(known), known, "numbers")
    y = [int(one.won) for one in calls(FEW)]
    with threadpool_limits(limits=1):
        theirs = sklearn_boosting(x, y, 1)

    ours = learners.learner("boosting").load(read_trees(theirs).dump())

    assert np.allclose(ours.predict_proba(x), theirs.predict_proba(x), rtol=0, atol=1e-12)
    one_by_one = np.vstack([ours.predict_proba(x[place : place + 1]) for place in range(200)])
    assert np.allclose(one_by_one, theirs.predict_proba(x[:200]), rtol=0, atol=1e-12)


def test_the_same_seed_and_data_give_the_same_model() -> None:
    goal = replace(GOAL, learner="boosting")

    assert (
        fitting.learn(goal, calls(FEW), 7).parameters
        == fitting.learn(goal, calls(FEW), 7).parameters
    )


def test_a_version_keeps_all_that_predicting_needs() -> None:
    result = fitting.learn(replace(GOAL, learner="logistic"), calls(FEW), 1)
    features = features_in(result.parameters)

    assert {one.name for one in features} >= {"age", "job", "month", "euribor3m"}
    assert "duration" not in {one.name for one in features}
    assert result.parameters["won"] + result.parameters["lost"] == FEW
