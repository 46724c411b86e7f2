"""Score customers with a version: everybody in batches, or some right after they bought."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import write_context
from guanxi_scoring.company import Company, company
from guanxi_scoring.life import locking, reaction
from guanxi_scoring.life.options import instant_of
from guanxi_scoring.lifetime import storing
from guanxi_scoring.models import Model, Version

KEY: Final = "lifetime"
"""Of the model; there is one."""
NOBODY: Final = UUID(int=0)
LAST: Final = UUID(int=2**128 - 1)
"""Ids before and after all."""


def score(session: Session, model: Model, version: Version, as_of: datetime) -> int:  # noqa: ARG001 -- there is one
    """Score everybody as of an instant; who has not bought has no score. Return how many."""
    from guanxi_scoring.lifetime import histories  # noqa: PLC0415 -- heavy

    there, scored_at, after = company(session), write_context(session).now, NOBODY
    found = histories.now_summed(session, as_of, now=scored_at, **where_of(version))
    for batch in histories.batches(found):
        _store(session, there, version, batch, as_of=as_of, scored_at=scored_at)
        storing.forget_span(session, after, batch.ids[-1], batch.ids)
        after = batch.ids[-1]
    storing.forget_span(session, after, LAST, ())
    return len(found)


def where_of(version: Version) -> dict[str, Any]:
    """Return where the features of a version come from: engine, and location of the lake."""
    return {"engine": version.engine, "location": version.fit.get("location", "")}


def score_some(session: Session, customers: Sequence[UUID], now: datetime) -> int:
    """Score some customers with the version in force, as after a purchase. Return how many.

    It shares the scores with others who do so; who scores everybody waits, or is waited for.
    """
    reaction.share(session, KEY)
    standing = reaction.of_key(session, KEY)
    if standing is None:
        return 0
    version = standing.version
    from guanxi_scoring.lifetime import histories  # noqa: PLC0415 -- heavy

    as_of, there = instant_of(version.fit["options"], now), company(session)
    found = histories.some(session, there, as_of, customers)
    _store(session, there, version, found, as_of=as_of, scored_at=now)
    scored = set(found.ids)
    storing.forget_some(session, [one for one in customers if one not in scored])
    return len(found)


def unscore(session: Session, model: Model) -> None:  # noqa: ARG001 -- there is one
    """Remove all scores."""
    locking.own_scores(session, KEY)
    storing.forget_all(session)


def _store(
    session: Session,
    now: Company,
    version: Version,
    found: Any,
    *,
    as_of: datetime,
    scored_at: datetime,
) -> None:
    from guanxi_scoring.lifetime.predicting import predict  # noqa: PLC0415 -- heavy

    if found.ids:
        scores = predict(_predictor(_Known.of(version)), found)
        storing.store(session, now, version, found, scores, as_of=as_of, scored_at=scored_at)


@dataclass(frozen=True, slots=True)
class _Known:
    """A version by what it is known by: it never changes."""

    model_id: UUID
    number: int
    trained_at: datetime
    fingerprint: str
    version: Version = field(compare=False)

    @classmethod
    def of(cls, version: Version) -> "_Known":
        """Return what a version is known by; a number may be given again after a rollback."""
        return cls(
            version.model_id, version.number, version.trained_at, version.fingerprint, version
        )


@lru_cache(maxsize=8)
def _predictor(known: _Known) -> Any:
    """Return the models of a version, put together once."""
    from guanxi_scoring.lifetime.predicting import Predictor  # noqa: PLC0415 -- heavy

    return Predictor.of(known.version.fit, known.version.parameters)
