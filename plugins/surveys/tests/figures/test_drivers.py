"""Relative weights: shares of what is explained, against regression on orthogonal questions."""

import numpy as np
import pytest

from guanxi_surveys.figures.drivers import relative_weights


def test_of_questions_that_do_not_go_together_each_weighs_its_squared_correlation() -> None:
    found = relative_weights(
        ["speed", "price"], {("speed", "price"): 0.0}, {"speed": 0.6, "price": 0.3}, 200
    )

    assert found is not None
    assert found.r_squared == pytest.approx(0.45)
    assert [one.question for one in found.drivers] == ["speed", "price"]
    assert [one.share for one in found.drivers] == pytest.approx([0.8, 0.2])


def test_weights_add_up_to_the_r_squared_of_the_regression() -> None:
    draw = np.random.default_rng(5)
    base = draw.normal(size=(500, 1))
    made = 0.7 * base + draw.normal(size=(500, 4))
    score = made @ np.array([0.5, 0.3, 0.0, 0.1]) + draw.normal(size=500)
    names = ["a", "b", "c", "d"]
    matrix = np.corrcoef(np.column_stack([made, score]), rowvar=False)
    among = {(names[i], names[j]): matrix[i, j] for i in range(4) for j in range(i)}

    found = relative_weights(names, among, dict(zip(names, matrix[-1], strict=False)), 500)

    design = np.column_stack([np.ones(500), made])
    residual = score - design @ np.linalg.lstsq(design, score, rcond=None)[0]
    assert found is not None
    assert found.r_squared == pytest.approx(1 - residual.var() / score.var())
    assert sum(one.share for one in found.drivers) == pytest.approx(1)
    assert found.drivers[0].question == "a"
    assert all(one.share >= 0 for one in found.drivers)


def test_the_same_question_twice_shares_its_weight() -> None:
    found = relative_weights(["a", "b"], {("a", "b"): 1.0}, {"a": 0.5, "b": 0.5}, 100)

    assert found is not None
    assert found.r_squared == pytest.approx(0.25)
    assert [one.share for one in found.drivers] == pytest.approx([0.5, 0.5])


def test_few_answers_or_nothing_that_goes_together_tell_nothing() -> None:
    assert relative_weights(["a"], {}, {"a": 0.9}, 29) is None
    assert relative_weights([], {}, {}, 100) is None
    assert relative_weights(["a"], {}, {"a": 0.0}, 100) is None
