"""Equal rows are counted alike, whether their numbers fit into one or not; ids sort as bytes do."""

from collections import Counter

import numpy as np
import pytest

from guanxi_scoring.features.columns import ID_BYTES, order_of
from guanxi_scoring.features.counting import counted_rows


@pytest.mark.parametrize("beyond", [0, -1, 2**40])
def test_rows_are_counted_in_their_order(beyond: int) -> None:
    """With a number that fits beside two others, one below nought, one that is too large."""
    draw = np.random.default_rng(3)
    rows = [tuple(row) for row in draw.integers(0, 4, (500, 3)).tolist()] + [(2, beyond, 1)]

    x, t_x, age, count = counted_rows(*np.array(rows, dtype=np.int64).T)

    found = dict(zip(zip(x.tolist(), t_x.tolist(), age.tolist(), strict=True), count, strict=True))
    assert found == Counter(rows)
    assert list(found) == sorted(found)


def test_no_rows_are_no_counts() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert [len(one) for one in counted_rows(nothing, nothing, nothing)] == [0, 0, 0, 0]


@pytest.mark.parametrize("begins_alike", [True, False])
def test_ids_stand_in_the_order_of_their_bytes(begins_alike: bool) -> None:
    draw = np.random.default_rng(4)
    ids = [bytes(draw.bytes(ID_BYTES)) for _ in range(300)]
    if begins_alike:
        ids = [ids[0][:8] + one[8:] for one in ids]

    order = order_of(np.frombuffer(b"".join(ids), f"V{ID_BYTES}"))

    assert [ids[place] for place in order] == sorted(ids)
