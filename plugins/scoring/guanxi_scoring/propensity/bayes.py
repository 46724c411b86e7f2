"""Naive Bayes over counts (朴素贝叶斯): log-odds as a sum, smoothed, of a team or of the company.

The log-odds of success given the values of a case (Duda and Hart 1973, with Lidstone's 1920
smoothing) are::

    log(W / L) + sum over features of log((w_v + a) / (W_f + a K)) - log((l_v + a) / (L_f + a K))

where ``w_v`` and ``l_v`` count won and lost cases with the value, ``W_f`` and ``L_f`` those for
which the feature was known, and ``K`` is how many values it can have. It is a sum, never a product
of ratios, so that many features neither overflow nor vanish.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any, Final
from uuid import UUID

from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.propensity.binning import Feature

SMOOTHING: Final = 1.0
FEW: Final = 32
"""So many cases are counted one by one; NumPy pays only for more."""
TOTAL: Final = ("", "")
"""Feature and value under which all cases are counted."""

Key = tuple[str, str]
Pair = tuple[int, int]
Enough = Callable[[Pair], bool]


@dataclass(slots=True)
class Table:
    """Won and lost cases by feature and value; counts are added, never replaced."""

    counts: dict[Key, Pair] = field(default_factory=dict)

    def add(self, keys: Sequence[Key], *, won: bool, times: int = 1) -> None:
        """Count a case, or take it back with ``times=-1``."""
        for key in keys:
            w, l = self.counts.get(key, (0, 0))  # noqa: E741 -- lost
            self.counts[key] = (w + times, l) if won else (w, l + times)

    @property
    def total(self) -> Pair:
        """Won and lost cases."""
        return self.counts.get(TOTAL, (0, 0))


def keys_of(features: Sequence[Feature], facts: Mapping[str, Any]) -> list[Key]:
    """Return under which keys a case is counted; what was not known counts nowhere."""
    found = ((one.name, one.bin(facts)) for one in features)
    return [TOTAL, *((name, value) for name, value in found if value is not None)]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each value adds to the log-odds, worked out once from a table of counts."""

    prior: float
    parts: Mapping[Key, float]
    cases: int


@dataclass(frozen=True, slots=True)
class Told:
    """Log-odds, what each feature adds to them, and of how many cases they are."""

    log_odds: float
    parts: Mapping[str, float]
    cases: int


def weights_of(table: Table, features: Sequence[Feature]) -> Weights:
    """Return the weights of all values; the table has won and lost cases.

    :raises ValueError: nothing was won or lost, so that the odds are unknown.
    """
    won, lost = table.total
    if won <= 0 or lost <= 0:
        raise ValueError("there are no odds without won and lost cases")
    parts: dict[Key, float] = {}
    for one in features:
        parts |= _weights(table, one)
    return Weights(log(won / lost), parts, won + lost)


def log_odds(weights: Weights, features: Sequence[Feature], facts: Mapping[str, Any]) -> Told:
    """Return the log-odds of success given the facts; what was not known adds nothing."""
    found = ((one.name, one.bin(facts)) for one in features)
    parts = {name: weights.parts[name, value] for name, value in found if value is not None}
    return Told(weights.prior + sum(parts.values()), parts, weights.cases)


def scope(
    tables: Mapping[UUID, Table], team: UUID, enough: Enough, *, by_team: bool
) -> UUID | None:
    """Return whose counts are used: the team's own where they are enough, else the company's.

    None: not even the company's are. Each team is looked at by itself; what another team's odds
    were never matters.
    """
    if by_team and team != COMPANY and team in tables and enough(tables[team].total):
        return team
    return COMPANY if COMPANY in tables and enough(tables[COMPANY].total) else None


def tables_of(cases: Sequence[Any], features: Sequence[Feature]) -> dict[UUID, Table]:
    """Count closed cases from scratch (``team_id``, ``known``, ``won``)."""
    if len(cases) > FEW:
        from guanxi_scoring.propensity.tallying import tallied  # noqa: PLC0415 -- needs NumPy

        return tallied(cases, features)
    found: dict[UUID, Table] = {COMPANY: Table()}
    for one in cases:
        keys = keys_of(features, one.known)
        for team in {COMPANY, one.team_id}:
            found.setdefault(team, Table()).add(keys, won=one.won)
    return found


def _weights(table: Table, feature: Feature) -> dict[Key, float]:
    keys = [(feature.name, value) for value in feature.values]
    pairs = [table.counts.get(key, (0, 0)) for key in keys]
    room = SMOOTHING * len(keys)
    all_won, all_lost = (sum(side) + room for side in zip(*pairs, strict=True))
    return {
        key: log((won + SMOOTHING) / all_won) - log((lost + SMOOTHING) / all_lost)
        for key, (won, lost) in zip(keys, pairs, strict=True)
    }
