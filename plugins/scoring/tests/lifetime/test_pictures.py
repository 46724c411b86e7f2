"""Pictures of the lifetime model, as the tables behind them."""

from datetime import date

import numpy as np
import pytest

from guanxi_scoring.btyd import BetaGeo
from guanxi_scoring.lifetime import pictures

MODEL = BetaGeo.from_params({"r": 0.243, "alpha": 30.9, "a": 0.793, "b": 2.426})


def test_tracking_counts_what_was_bought_until_each_week_beside_what_was_expected() -> None:
    ages = np.array([14, 14, 7])
    repeats = (np.array([3, 7, 20]), np.array([2, 1, 4]))

    drawn = pictures.tracking(MODEL, date(2011, 1, 1), ages, 21, repeats)

    assert drawn.columns == ("week", "actual", "expected", "forecast")
    assert [row[:2] for row in drawn.rows] == [
        ("2011-01-08", 3),
        ("2011-01-15", 3),
        ("2011-01-22", 7),
    ]
    seven, fourteen = MODEL.expected_purchases_new(7), MODEL.expected_purchases_new(14)
    assert drawn.rows[1][2] == pytest.approx(2 * fourteen + seven, abs=0.01)


def test_tracking_tells_what_it_knew_from_what_it_forecast_and_both_meet() -> None:
    drawn = pictures.tracking(
        MODEL, date(2011, 1, 1), np.array([14]), 28, (np.array([3]), np.array([2]))
    )

    assert [(row[2] is None, row[3] is None) for row in drawn.rows] == [
        (False, True),
        (False, False),
        (True, False),
        (True, False),
    ]
    assert drawn.rows[1][2] == drawn.rows[1][3] < drawn.rows[2][3]


def test_tracking_of_many_years_has_not_more_points_than_one_can_see() -> None:
    drawn = pictures.tracking(
        MODEL, date(2001, 1, 1), np.array([3000]), 3650, (np.array([10]), np.array([1]))
    )

    assert pictures.MOST_POINTS // 2 < len(drawn.rows) <= pictures.MOST_POINTS


def test_calibration_is_the_mean_of_each_group_and_many_purchases_are_one_group() -> None:
    before, after = np.array([0, 0, 1, 7, 30]), np.array([0, 1, 2, 4, 8])

    drawn = pictures.calibration(before, np.array([0.25, 0.75, 1.5, 5.0, 6.0]), after)

    assert drawn.columns == ("frequency", "actual", "expected", "customers")
    assert drawn.rows == [("0", 0.5, 0.5, 2), ("1", 2.0, 1.5, 1), ("7+", 6.0, 5.5, 2)]


def test_the_matrix_has_no_value_where_nobody_can_be() -> None:
    drawn = pictures.alive_matrix(MODEL, np.array([0, 1, 2, 2]), np.array([100, 50, 20, 100]))

    found = {row[:2]: row[2] for row in drawn.rows}
    assert (found[0, 0], found[0, 100], found[1, 0]) == (1.0, None, None)
    assert found[2, 100] == MODEL.probability_alive(2, 100, 100)
    assert found[2, 10] < found[2, 50] < found[2, 100]
    assert [row[1] for row in drawn.rows[::3]] == sorted({row[1] for row in drawn.rows})[::-1]


def test_lift_is_high_where_the_right_ones_were_expected_and_all_are_found_at_the_end() -> None:
    actual = np.arange(100.0)

    drawn = pictures.lift(actual * 2.0, actual)

    assert drawn.columns == ("decile", "lift", "gain", "customers")
    assert drawn.rows[0] == ("1", pytest.approx(94.5 / 49.5), pytest.approx(945 / 4950), 10)
    assert drawn.rows[-1][2] == pytest.approx(1.0)


def test_without_purchases_in_the_holdout_there_is_no_lift() -> None:
    assert pictures.lift(np.ones(50), np.zeros(50)).rows == []


def test_values_are_counted_between_round_bounds_and_unknown_ones_left_out() -> None:
    value = np.array([0.0, 3.0, 30.0, 60.0, 700.0, np.nan])

    drawn = pictures.value_distribution(value)

    assert sum(row[2] for row in drawn.rows) == 5
    assert drawn.rows[-1][:2] == (500.0, None)
    assert {row[0] for row in drawn.rows} >= {0.0, 20.0, 50.0, 100.0}


def test_values_of_nobody_are_no_picture() -> None:
    assert pictures.value_distribution(np.full(4, np.nan)).rows == []
