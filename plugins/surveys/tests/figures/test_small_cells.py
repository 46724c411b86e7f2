"""Percentages that add up; cells that would name somebody."""

from hypothesis import given
from hypothesis import strategies as st

from guanxi_surveys.figures.small_cells import LEAST, hidden, percentages


def test_thirds_add_up_to_a_hundred() -> None:
    assert percentages([1, 1, 1]) == [34, 33, 33]


def test_nobody_answered() -> None:
    assert percentages([0, 0]) == [0, 0]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_percentages_always_add_up_and_are_less_than_one_off(counts: list[int]) -> None:
    found = percentages(counts)

    if sum(counts):
        assert sum(found) == 100
        assert all(abs(p - 100 * n / sum(counts)) < 1 for p, n in zip(found, counts, strict=True))


def test_a_small_cell_takes_others_with_it_so_that_totals_do_not_tell() -> None:
    table = [[2, 20, 30], [25, 9, 40], [50, 60, 70]]

    assert hidden(table) == [[True, True, False], [True, True, False], [False, False, False]]


def test_large_cells_and_empty_ones_are_shown() -> None:
    assert hidden([[0, 8], [9, 12]]) == [[False, False], [False, False]]


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=2, max_size=5
        )
    )
)
def test_no_line_hides_a_single_cell(table: list[list[int]]) -> None:
    found = hidden(table)

    assert all(
        found[row][column]
        for row, line in enumerate(table)
        for column, count in enumerate(line)
        if 0 < count < LEAST
    )
    lines = [*found, *zip(*found, strict=True)]
    assert all(sum(line) != 1 for line in lines)
