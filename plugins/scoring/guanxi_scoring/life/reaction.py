"""What all steps after an event stand on: locks, and the versions in force, read once for all.

A version never changes, so what it learnt is kept by the process; which one is in force is asked
each time, after the locks: whoever scores everybody with another one comes before or after us.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.life import locking
from guanxi_scoring.models import Model, Version

_OPEN: Final = "scoring_reaction"
_LISTED: Final = "m.id, m.key, m.kind, v.number, v.trained_at, v.fingerprint"
_IN_FORCE: Final = text(
    f"""
    SELECT {_LISTED} FROM scoring_models m
    JOIN scoring_model_versions v ON v.model_id = m.id AND v.state = 'current'
    WHERE m.state = 'active' ORDER BY m.created_at, m.key
    """  # noqa: S608 -- constants
)
_NUMBERED: Final = text(
    f"""
    SELECT {_LISTED} FROM scoring_models m JOIN scoring_model_versions v ON v.model_id = m.id
    WHERE m.id = CAST(:model AS uuid) AND v.number = CAST(:number AS integer)
    """  # noqa: S608 -- constants
)
_LEARNT: Final = text(
    """
    SELECT engine, as_of, parameters, fit FROM scoring_model_versions
    WHERE model_id = CAST(:model AS uuid) AND number = CAST(:number AS integer)
    """
)


class InForce(NamedTuple):
    """A version and its model, as scoring needs them: they belong to no session.

    Of the model there are id, key and kind; of the version its number, engine, instant, parameters
    and fit.
    """

    model: Model
    version: Version


class _Listed(NamedTuple):
    """What a version is known by; under the same number there is never another one."""

    model_id: UUID
    key: str
    kind: str
    number: int
    trained_at: datetime
    fingerprint: str


@contextmanager
def open_for(session: Session, customers: int) -> Iterator[None]:
    """Share all scores until the commit, and read the versions in force once for the block.

    :param customers: how many are looked at.
    """
    _, rows = ask(session, locking.sharing_all(customers), (_IN_FORCE, {}))
    session.info[_OPEN] = _loaded(session, rows)
    try:
        yield
    finally:
        del session.info[_OPEN]


def share(session: Session, key: str) -> None:
    """As ``locking.share_scores``, unless a reaction is open, which shares them all."""
    if _OPEN not in session.info:
        locking.share_scores(session, key)


def of_key(session: Session, key: str) -> InForce | None:
    """Return the version in force of the active model with a key."""
    return next((one for one in in_force(session) if one.model.key == key), None)


def of_kind(session: Session, kind: str) -> Sequence[InForce]:
    """Return the versions in force of active models of a kind, the oldest model first."""
    return [one for one in in_force(session) if one.model.kind == kind]


def in_force(session: Session) -> Sequence[InForce]:
    """Return all versions in force of active models."""
    found: Sequence[InForce] | None = session.info.get(_OPEN)
    if found is None:
        (rows,) = ask(session, (_IN_FORCE, {}))
        found = _loaded(session, rows)
    return found


def numbered(session: Session, model_id: UUID, number: int) -> InForce:
    """Return a version by its number, in force or not; it is there."""
    opened: Sequence[InForce] = session.info.get(_OPEN, ())
    for one in opened:
        if (one.model.id, one.version.number) == (model_id, number):
            return one
    (rows,) = ask(session, (_NUMBERED, {"model": model_id, "number": number}))
    return _loaded(session, rows)[0]


def _loaded(session: Session, rows: Sequence[tuple[Any, ...]]) -> list[InForce]:
    found = []
    for one in map(_Listed._make, rows):
        kept = _shelf(one)
        if not kept:
            ((learnt,),) = ask(session, (_LEARNT, {"model": one.model_id, "number": one.number}))
            kept.append(_made(one, learnt))
        found.append(kept[0])
    return found


@lru_cache(maxsize=64)
def _shelf(one: _Listed) -> list[InForce]:  # noqa: ARG001 -- it is what a shelf is found by
    """Return where a version is kept: empty until it was read."""
    return []


def _made(one: _Listed, learnt: tuple[Any, ...]) -> InForce:
    engine, as_of, parameters, fit = learnt
    version = Version(
        model_id=one.model_id, number=one.number, trained_at=one.trained_at,
        fingerprint=one.fingerprint, engine=engine, as_of=as_of, parameters=parameters, fit=fit,
    )  # fmt: skip
    return InForce(Model(id=one.model_id, key=one.key, kind=one.kind), version)
