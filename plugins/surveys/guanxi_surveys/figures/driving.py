"""Which questions of a survey move its score (驱动因素分析), from the sums that are kept."""

import math
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi_surveys.figures.drivers import LEAST, Drivers, relative_weights
from guanxi_surveys.figures.periods import Period
from guanxi_surveys.figures.questions import within
from guanxi_surveys.models import PairCount, Version

SCORES = ("nps", "csat", "ces")


Pairs = dict[tuple[str, str], tuple[int, float]]


def drivers_of(
    session: Session, survey_id: UUID, version: Version, period: Period
) -> dict[str, Drivers]:
    """Return what moves ``nps``, ``csat`` and ``ces``, of those where that can be said.

    Left out are the questions that make up a score themselves, those that fewer than 30 people
    answered beside it, and those whose answers are all alike.
    """
    pairs = _pairs(session, survey_id, period)
    found = {score: _of_score(pairs, score, version) for score in SCORES}
    return {score: one for score, one in found.items() if one is not None}


def _of_score(pairs: Pairs, score: str, version: Version) -> Drivers | None:
    mine, own = f"={score}", _own(version, score)
    asked = sorted(
        name
        for pair in pairs
        for name in pair
        if mine in pair and not name.startswith("=") and name not in own
    )
    with_score = {name: pairs[_key(mine, name)] for name in asked}
    enough = [name for name, (n, r) in with_score.items() if n >= LEAST and not math.isnan(r)]
    kept = [name for name in enough if _with_all(name, enough, pairs)]
    if not kept:
        return None
    among = {(one, two): pairs[_key(one, two)][1] for one in kept for two in kept if one < two}
    least = min(with_score[name][0] for name in kept)
    return relative_weights(kept, among, {name: with_score[name][1] for name in kept}, least)


def _pairs(session: Session, survey_id: UUID, period: Period) -> Pairs:
    """Return of each pair how many answered both, and Pearson's correlation (NaN: all alike)."""
    one = PairCount
    names = (one.n, one.ones, one.twos, one.one_squares, one.two_squares, one.products)
    query = (
        select(one.one, one.two, *(func.sum(name) for name in names))
        .where(one.survey_id == survey_id)
        .group_by(one.one, one.two)
    )
    rows = session.execute(within(query, one.week, period))
    return {_key(first, second): (int(n), _correlation(int(n), *map(float, sums)))
            for first, second, n, *sums in rows if n}  # fmt: skip


def _correlation(n: int, x: float, y: float, xx: float, yy: float, xy: float) -> float:  # noqa: PLR0917 -- six sums
    spread = max(0.0, xx - x * x / n) * max(0.0, yy - y * y / n)
    if spread <= 1e-12 * max(xx, 1) * max(yy, 1):
        return math.nan
    return max(-1.0, min(1.0, (xy - x * y / n) / math.sqrt(spread)))


def _with_all(name: str, others: list[str], pairs: Pairs) -> bool:
    """Say whether it was answered beside each of the others that come before it."""
    return all(
        pairs.get(_key(name, other), (0, math.nan))[0] >= LEAST
        and not math.isnan(pairs[_key(name, other)][1])
        for other in others
        if other < name
    )


def _own(version: Version, score: str) -> set[str]:
    return {name for name, how in version.measures.items() if how.get("measure") == score}


def _key(one: str, two: str) -> tuple[str, str]:
    return (one, two) if one < two else (two, one)
