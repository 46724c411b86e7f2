"""Cases as learners see them: what was known, who it was, how it went."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from guanxi_scoring.models.propensity import COMPANY


@dataclass(frozen=True, slots=True)
class Sample:
    """A closed case. ``known`` are facts and traits together, see ``models.propensity.Case``."""

    customer_id: UUID
    at: datetime
    due: datetime
    known: Mapping[str, Any]
    won: bool
    team_id: UUID = COMPANY


@dataclass(frozen=True, slots=True)
class Parts:
    """Three parts: learn from the first, calibrate on the second, measure on the last.

    :param kind: how they were split; see :func:`splits`.
    """

    kind: str
    learn: Sequence[Sample]
    calibrate: Sequence[Sample]
    measure: Sequence[Sample]


def in_order(samples: Iterable[Sample]) -> list[Sample]:
    """Return samples by time, in an order that depends on nothing else."""
    return sorted(samples, key=lambda one: (one.at, one.customer_id))


def splits(samples: Sequence[Sample]) -> Iterator[Parts]:
    """Return ways to split samples in their order, the most honest first.

    ``time``: each part lies after the one before it. ``later``: learnt from the earlier cases,
    calibrated and measured on later ones of different customers. ``customers``: three groups of
    customers at the same time. Where parts follow in time, what is learnt from was closed before
    the next part began, so that nothing is known of the future (purging, López de Prado 2018,
    section 7.4); with a long horizon that needs a long history.
    """
    first, second = (_cut(samples, share) for share in (0.6, 0.8))
    early = [one for one in samples if one.due <= first]
    late = [one for one in samples if one.at >= first]
    yield Parts(
        "time",
        early,
        [one for one in late if one.due <= second],
        [one for one in samples if one.at >= second],
    )
    yield Parts("later", early, _group(late, 0, 1, 2), _group(late, 1, 2, 2))
    yield Parts(
        "customers", _group(samples, 0, 3, 5), _group(samples, 3, 4, 5), _group(samples, 4, 5, 5)
    )


def _group(samples: Sequence[Sample], first: int, end: int, of: int) -> list[Sample]:
    """Return the samples of some of ``of`` groups of customers, who are in one by their ids."""
    return [one for one in samples if first <= one.customer_id.int % of < end]


def fingerprint(samples: Iterable[Sample]) -> str:
    """Return the SHA-256 of samples in their order."""
    found = sha256()
    for one in samples:
        told = [str(one.customer_id), one.at.isoformat(), str(one.team_id), one.won, one.known]
        found.update(json.dumps(told, sort_keys=True, default=str).encode())
    return found.hexdigest()


def counted(samples: Iterable[Sample]) -> tuple[int, int]:
    """Return how many were won and lost."""
    results = [one.won for one in samples]
    return sum(results), len(results) - sum(results)


def _cut(samples: Sequence[Sample], share: float) -> datetime:
    return samples[min(int(len(samples) * share), len(samples) - 1)].at
