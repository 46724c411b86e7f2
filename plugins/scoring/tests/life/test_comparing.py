"""When one version is surely worse than another: standard errors against repeated samples."""

import numpy as np
import pytest
from plugins.scoring.tests.shop import Shop

from guanxi_scoring.life.comparing import auc_error, ratio_error, surely_less
from guanxi_scoring.lifetime.measuring import auc, measured
from guanxi_scoring.lifetime.worse import worse
from guanxi_scoring.models import Version


def test_the_error_of_a_ratio_is_the_spread_of_it_over_samples() -> None:
    draw = np.random.default_rng(1)
    ratios, errors = [], []
    for _ in range(400):
        whole = draw.gamma(2.0, 3.0, 200)
        part = whole * draw.uniform(0.2, 0.8, 200)
        ratios.append(part.sum() / whole.sum())
        errors.append(ratio_error(part, whole))

    assert np.mean(errors) == pytest.approx(np.std(ratios), rel=0.1)


def test_the_error_of_an_area_is_the_spread_of_it_over_samples() -> None:
    draw = np.random.default_rng(2)
    areas = []
    for _ in range(400):
        happened = draw.random(300) < 0.3
        areas.append(auc(draw.normal(happened * 1.0, 1.0), happened))
    area = float(np.mean(areas))

    assert auc_error(area, 90, 210) == pytest.approx(np.std(areas), rel=0.15)


def test_the_error_of_hanley_and_mcneil() -> None:
    """Q1 = 0.893 / 1.107, Q2 = 2 * 0.893^2 / 1.893: worked out by hand."""
    assert auc_error(0.893, 51, 58) == pytest.approx(0.0325, abs=1e-4)


def test_nothing_can_be_said_of_no_cases() -> None:
    assert auc_error(None, 3, 3) is None
    assert auc_error(0.5, 0, 3) is None
    assert ratio_error([1.0], [2.0]) is None
    assert ratio_error([0.0, 0.0], [0.0, 0.0]) is None


def test_less_counts_from_so_many_errors_of_the_difference_on() -> None:
    old = {"skill": 0.30, "errors": {"skill": 0.03}}

    def less(skill: float | None, least: float) -> bool:
        return surely_less({"skill": skill, "errors": {"skill": 0.04}}, old, "skill", least)

    assert less(0.20, 1.645)
    assert not less(0.23, 1.645)
    assert less(0.23, 1.0)
    assert not less(0.40, 0.0)
    assert not less(None, 0.0)


def test_versions_that_only_chance_tells_apart_are_seldom_called_worse() -> None:
    """Two models that are equally good, each measured on customers of its own."""
    draw = np.random.default_rng(3)

    def once() -> dict[str, object]:
        rate = draw.gamma(1.0, 2.0, 400)
        actual = draw.poisson(rate)
        naive = draw.poisson(rate).astype(float)
        return {**measured(rate * draw.uniform(0.8, 1.2, 400), actual, naive), "rule": "same"}

    called = [worse(once(), once(), 1.645) is not None for _ in range(300)]

    assert 0 < np.mean(called) < 0.15


def test_a_fitted_version_keeps_the_errors_of_its_measures(shop: Shop) -> None:
    shop.trade(300)
    shop.run("score")
    shop.run("fit")

    with shop.read() as session:
        version = session.query(Version).one()
        errors = version.metrics["errors"]

    assert set(errors) == {"skill", "total_error"}
    assert all(0 < one < 1 for one in errors.values())
