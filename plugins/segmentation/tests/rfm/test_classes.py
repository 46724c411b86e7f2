"""What three scores are called: every combination has one name, and every name occurs."""

from itertools import product

from guanxi_segmentation.rfm.classes import (
    EIGHT,
    ELEVEN,
    all_eight,
    all_segments,
    eight_of,
    segment_of,
)

SCORES = range(1, 6)


def test_each_of_the_125_combinations_has_a_name_and_each_name_occurs() -> None:
    named = [segment_of(r, f, m) for r, f, m in product(SCORES, SCORES, SCORES)]

    assert len(named) == 125
    assert set(named) == set(ELEVEN)


def test_the_corners_are_called_as_everybody_expects() -> None:
    corners = {(5, 5, 5), (1, 1, 1), (5, 1, 1), (1, 5, 5), (3, 3, 3)}

    assert {(r, f, m): segment_of(r, f, m) for r, f, m in corners} == {
        (5, 5, 5): "champions",
        (1, 1, 1): "lost",
        (5, 1, 1): "new_customers",
        (1, 5, 5): "cannot_lose",
        (3, 3, 3): "need_attention",
    }


def test_the_list_for_sql_is_in_the_order_of_its_index() -> None:
    found = all_segments()

    assert [found[25 * (r - 1) + 5 * (f - 1) + m - 1] for r, f, m in [(5, 1, 1), (1, 5, 4)]] == [
        segment_of(5, 1, 1),
        segment_of(1, 5, 4),
    ]


def test_the_eight_classes_are_the_truth_table_of_chinese_practice() -> None:
    table = {
        (m, f, r): EIGHT[eight_of(recent=r, frequent=f, much=m)].zh
        for m, f, r in product((True, False), repeat=3)
    }

    assert table == {
        (True, True, True): "重要价值客户",
        (True, True, False): "重要保持客户",
        (True, False, True): "重要发展客户",
        (True, False, False): "重要挽留客户",
        (False, True, True): "一般价值客户",
        (False, True, False): "一般保持客户",
        (False, False, True): "一般发展客户",
        (False, False, False): "一般挽留客户",
    }
    assert all_eight()[4 * 1 + 2 * 0 + 1 * 1] == "important_develop"
