"""Tables that can be shown: percentages add up, and no cell is so small that it names somebody."""

from collections.abc import Sequence
from typing import Final

LEAST: Final = 5
"""Groups smaller than this are not shown (最小分组人数)."""


def percentages(counts: Sequence[int]) -> list[int]:
    """Return whole percentages that add up to 100 (最大余数法), or zeros where nobody answered.

    Each is rounded down; the largest remainders get what is left, of equal ones the earlier.
    """
    whole = sum(counts)
    if whole == 0:
        return [0] * len(counts)
    found = [100 * one // whole for one in counts]
    by_remainder = sorted(range(len(counts)), key=lambda at: (-(100 * counts[at] % whole), at))
    for at in by_remainder[: 100 - sum(found)]:
        found[at] += 1
    return found


def hidden(table: Sequence[Sequence[int]], least: int = LEAST) -> list[list[bool]]:
    """Say which cells of a cross table must not be shown beside its totals of rows and columns.

    Cells of 1 to ``least`` - 1 people are hidden (primary suppression). Where only one is hidden in
    a row or column, the total would give it away, so the smallest other one that somebody is in is
    hidden too, until no line has a single hidden cell (complementary suppression, Willenborg & de
    Waal 2001). A cell of nobody is shown, unless there is no other to hide.
    """
    found = [[0 < one < least for one in row] for row in table]
    while True:
        line = _line_that_tells(found)
        if line is None:
            return found
        row, column = min(line, key=lambda at: (table[at[0]][at[1]] == 0, table[at[0]][at[1]], at))
        found[row][column] = True


def _line_that_tells(found: Sequence[Sequence[bool]]) -> list[tuple[int, int]] | None:
    """Return what is still shown of a line with exactly one hidden cell; None if there is none."""
    rows = [[(row, column) for column in range(len(found[row]))] for row in range(len(found))]
    for line in (*rows, *(list(one) for one in zip(*rows, strict=True))):
        shown = [at for at in line if not found[at[0]][at[1]]]
        if len(line) - len(shown) == 1 and shown:
            return shown
    return None
