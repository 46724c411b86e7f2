"""A learner that a third party brings: found by its entry point, tried, stored as bytes, used."""

import json
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from plugins.scoring.tests.propensity.bank import calls
from plugins.scoring.tests.propensity.shop import DAY, Shop

from guanxi.sdk import NotFound
from guanxi_scoring.propensity import fitting, learners
from guanxi_scoring.propensity.goals import Goal
from guanxi_scoring.propensity.options import GoalOptions
from guanxi_scoring.propensity.predicting import predictor, probability


# what follows is the example of the documentation
class Nearest:
    """The share of success among the cases with the same first value."""

    inputs: Literal["bins", "numbers"] = "bins"

    def fit(self, x: Any, y: Any, seed: int) -> "FittedNearest":
        y = np.asarray(y, dtype=float)
        shares = (x.T @ y + 1) / (x.sum(axis=0) + 2)
        return FittedNearest(shares.tolist())

    def load(self, data: bytes) -> "FittedNearest":
        return FittedNearest(json.loads(data))


class FittedNearest:
    """What was learnt: a share of success for each column."""

    def __init__(self, shares: list[float]) -> None:
        self.shares = np.array(shares)

    def predict_proba(self, x: Any) -> Any:
        counted = np.maximum(x.sum(axis=1), 1)
        won = np.where(x.sum(axis=1) > 0, x @ self.shares / counted, 0.5)
        return np.column_stack([1 - won, won])

    def dump(self) -> bytes:
        return json.dumps(self.shares.tolist()).encode()


# the example ends here


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution with the entry point of the example is installed."""
    found = EntryPoint("nearest", f"{__name__}:Nearest", learners.GROUP)
    monkeypatch.setattr(learners, "entry_points", lambda group: EntryPoints([found]))
    learners._brought.cache_clear()
    yield
    monkeypatch.undo()
    learners._brought.cache_clear()


@pytest.mark.usefixtures("installed")
def test_what_a_third_party_brings_is_offered_beside_ours() -> None:
    assert learners.names() == ("bayes", "logistic", "boosting", "nearest")
    assert GoalOptions().load({"learner": "nearest"})["learner"] == "nearest"


@pytest.mark.usefixtures("installed")
def test_it_is_stored_as_bytes_and_says_the_same_when_it_is_loaded() -> None:
    goal = Goal(learner="nearest")
    samples = calls(6_000)

    stored = json.loads(json.dumps(dict(fitting.learn(goal, samples, 1).parameters)))

    told = predictor(stored, goal, {}).many([(one.known, one.team_id) for one in samples[:20]])
    again = fitting.learnt(goal, "nearest", samples, 1).scores(samples[:20])
    assert [one.log_odds for one in told if one] == again
    assert all(0 < (probability(one, stored["calibration"]) or 0) < 1 for one in told)


@pytest.mark.usefixtures("installed")
def test_a_goal_learns_with_it_and_scores_customers(shop: Shop) -> None:
    ann, bo = shop.person("Ann"), shop.person("Bo")
    end = shop.calls([(ann, True), (bo, False)] * 6)
    shop.goal(learner="nearest")
    shop.deliver(end)

    version = shop.fit(end)

    assert version.parameters["learner"] == "nearest"
    before = shop.p(ann)
    assert before is not None
    assert before > (shop.p(bo) or 1)
    shop.touch(ann, end, outcome="no_answer")
    shop.deliver(end + DAY)
    assert shop.p(ann) != before


def test_a_learner_that_is_gone_is_named() -> None:
    with pytest.raises(NotFound, match="The learner nearest is not installed"):
        learners.learner("nearest")


def test_a_goal_cannot_choose_a_learner_that_is_not_there() -> None:
    assert "learner" in GoalOptions().validate({"learner": "nearest"})


def test_the_example_of_the_documentation_is_the_one_that_is_tested_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    begin = source.index("class Nearest:")
    example = source[begin : source.index("# the example ends here")].rstrip()
    page = Path(__file__).parents[4] / "docs" / "how-to" / "goals.md"

    assert example in page.read_text(encoding="utf-8")
