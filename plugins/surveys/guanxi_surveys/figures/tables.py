"""Scores and choices by what customers were when they answered (交叉分析), small cells hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi_surveys.figures.intervals import Figure, mean, nps, nps_parts, share
from guanxi_surveys.figures.periods import Period
from guanxi_surveys.figures.questions import within
from guanxi_surveys.figures.small_cells import LEAST, hidden
from guanxi_surveys.models import ChoiceCount, GroupCount

MOST_GROUPS = 50
"""Groups that are shown, the largest; an attribute with more values is no way to sort people."""


@dataclass(frozen=True, slots=True)
class Group:
    """One value of an attribute and the scores of those who had it; None where they are hidden."""

    label: str
    n: int
    nps: Figure | None
    csat: Figure | None
    ces: Figure | None


@dataclass(frozen=True, slots=True)
class CrossTable:
    """How often each value (columns) by groups (rows); None is a cell too small to show.

    ``p`` is Pearson's chi-square test that groups do not differ; None where too few answered for
    it, that is where a cell with an expected count below 1 or a fifth below 5 (Cochran 1954).
    """

    labels: tuple[str, ...]
    values: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    p: float | None


def attributes_of(session: Session, survey_id: UUID) -> list[str]:
    """Return the keys of the attributes by which answers can be looked at."""
    query = select(GroupCount.attribute).where(GroupCount.survey_id == survey_id).distinct()
    return sorted(session.scalars(query))


def groups(
    session: Session, survey_id: UUID, attribute: str, period: Period, least: int = 1
) -> list[Group]:
    """Return the scores by the values of an attribute, the largest group first.

    :param least: scores of smaller groups are not told.
    """
    one = GroupCount
    names = ("n", "good", "easy", "csat_n", "ces_n", "ces", "ces_squares")
    sums = [func.sum(getattr(one, name)).label(name) for name in names]
    often = [func.sum(one.nps[place + 1]) for place in range(11)]
    query = (
        select(one.label, *sums, *often)
        .where(one.survey_id == survey_id, one.attribute == attribute)
        .group_by(one.label)
        .order_by(func.sum(one.n).desc(), one.label)
        .limit(MOST_GROUPS)
    )
    found = []
    for row in session.execute(within(query, one.week, period)):
        if not row.n:
            continue
        shown = row.n >= least
        counts = [int(value) for value in row[-11:]]
        found.append(
            Group(
                row.label,
                row.n,
                nps(nps_parts(counts)) if shown else None,
                share(row.good, row.csat_n) if shown else None,
                mean(row.ces_n, row.ces, row.ces_squares) if shown else None,
            )
        )
    return found


def cross(
    session: Session,
    survey_id: UUID,
    attribute: str,
    question: str,
    period: Period,
    *,
    part: str = "",
    least: int = LEAST,
) -> CrossTable:
    """Lay the values of a question beside those of an attribute."""
    one = ChoiceCount
    query = (
        select(one.label, one.value, func.sum(one.n))
        .where(
            one.survey_id == survey_id, one.attribute == attribute,
            one.question == question, one.part == part, one.value != "",
        )
        .group_by(one.label, one.value)
    )  # fmt: skip
    counts = {
        (label, value): n
        for label, value, n in session.execute(within(query, one.week, period))
        if n
    }
    labels = _largest(counts, 0)[:MOST_GROUPS]
    values = sorted({value for _, value in counts}, key=_in_order)
    table = [[counts.get((label, value), 0) for value in values] for label in labels]
    away = hidden(table, least)
    cells = tuple(
        tuple(None if away[row][column] else count for column, count in enumerate(line))
        for row, line in enumerate(table)
    )
    return CrossTable(tuple(labels), tuple(values), cells, independence(table))


def independence(table: Sequence[Sequence[int]]) -> float | None:
    """Return how likely chance alone makes groups differ as much; None with too few answers."""
    from scipy.stats import chi2_contingency  # noqa: PLC0415 -- heavy; only who sees tables needs it

    if len(table) < 2 or len(table[0]) < 2:
        return None
    found = chi2_contingency(table, correction=False)
    expected = [one for line in found.expected_freq for one in line]
    if min(expected) < 1 or sum(one < 5 for one in expected) > len(expected) / 5:
        return None
    return float(found.pvalue)


def _largest(counts: dict[tuple[str, str], int], place: int) -> list[str]:
    sizes: dict[str, int] = {}
    for key, n in counts.items():
        sizes[key[place]] = sizes.get(key[place], 0) + n
    return sorted(sizes, key=lambda one: (-sizes[one], one))


def _in_order(value: str) -> tuple[bool, float, str]:
    """Sort numbers by size, before words."""
    try:
        return False, float(value), value
    except ValueError:
        return True, 0.0, value
