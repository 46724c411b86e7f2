"""Many cases become the same matrix as one by one, and a feature is taken out of it for a while."""

from decimal import Decimal
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.propensity import encoding, learners
from guanxi_scoring.propensity.binning import Feature

FEATURES = (
    Feature("age", is_number=True, breaks=(20.0, 40.0, 60.0)),
    Feature("late", is_number=True, breaks=()),
    Feature("home", is_number=False, words=("own", "rent")),
)
NUMBERS = st.sampled_from([None, 0, 19.9, 20, 20.0, 40, 60.0, 61, True, -inf, inf])
WORDS = st.sampled_from([None, "own", "rent", "boat", "", 7, False])
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={"age": NUMBERS, "late": NUMBERS, "home": WORDS}),
    min_size=1,
    max_size=20,
)


def one_by_one(rows: list[dict[str, Any]], inputs: str) -> Any:
    return np.array([learners.encoded(FEATURES, row, inputs) for row in rows], dtype=float)


@given(ROWS, st.sampled_from(["bins", "numbers"]))
def test_at_once_as_one_by_one(rows: list[dict[str, Any]], inputs: str) -> None:
    found = encoding.matrix(FEATURES, rows, inputs)

    assert np.array_equal(found, one_by_one(rows, inputs), equal_nan=True)


@given(ROWS, st.sampled_from(["bins", "numbers"]))
def test_without_a_feature_as_if_nobody_knew_it(rows: list[dict[str, Any]], inputs: str) -> None:
    x = encoding.matrix(FEATURES, rows, inputs)

    for name, found in encoding.without(x, FEATURES, inputs):
        unknown = [{key: row[key] for key in row if key != name} for row in rows]
        assert np.array_equal(found, one_by_one(unknown, inputs), equal_nan=True)

    assert np.array_equal(x, one_by_one(rows, inputs), equal_nan=True)


@pytest.mark.parametrize("value", [nan, Decimal("40.5")])
def test_numbers_of_other_kinds_fall_into_the_same_bins(value: Any) -> None:
    rows = [{"age": value}, {"age": 3}]

    assert np.array_equal(encoding.matrix(FEATURES, rows, "bins"), one_by_one(rows, "bins"))


def test_no_features_are_no_columns() -> None:
    assert encoding.matrix((), [{}, {}], "bins").shape == (2, 0)
