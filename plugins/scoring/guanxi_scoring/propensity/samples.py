"""Cases as learners see them: what was known, who it was, how it went."""

import json
from collections.abc import Iterable, Mapping, Sequence
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
    """Three parts in their order: learn from the first, calibrate on the second, measure the last.

    What is judged by an outcome was closed before the next part began, so that nothing is known
    of the future (purged split, López de Prado 2018, section 7.4).
    """

    learn: Sequence[Sample]
    calibrate: Sequence[Sample]
    measure: Sequence[Sample]


def in_order(samples: Iterable[Sample]) -> list[Sample]:
    """Return samples by time, in an order that depends on nothing else."""
    return sorted(samples, key=lambda one: (one.at, one.customer_id))


def split(samples: Sequence[Sample]) -> Parts:
    """Split samples in their order at 60 and 80 percent; equal instants stay together."""
    first, second = (_cut(samples, share) for share in (0.6, 0.8))
    measure = [one for one in samples if one.at >= second]
    calibrate = [one for one in samples if first <= one.at and one.due <= second]
    learn = [one for one in samples if one.due <= first]
    return Parts(learn, calibrate, measure)


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
