"""Bring the membership of some customers up to date: few in Python, many in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation.membership.book import Book
from guanxi_segmentation.membership.bulk import BulkEvaluation, Scope
from guanxi_segmentation.membership.evaluating import Evaluation
from guanxi_segmentation.membership.locking import Locked, Stored
from guanxi_segmentation.rules import Context, heavy

FEW: Final = 100
"""Up to so many customers are worked out in Python."""
CHUNK: Final = 500
"""So many customers' facts are held in memory at a time."""


def refresh_locked(
    session: Session,
    book: Book,
    locked: Locked,
    *,
    as_of: datetime,
    cause: str,
    keys: Collection[str],
) -> int:
    """Work out the segments ``keys`` for customers whose states are locked.

    Instants that passed are made up for first. Returns how many memberships changed.
    """
    if not book.ready or not locked:
        return 0
    context = Context.of(session)
    large = set(locked) if len(locked) > FEW else _heavy(session, book, locked, keys)
    small = {one: stored for one, stored in locked.items() if one not in large}
    moved = 0
    if small:
        moved += len(
            Evaluation(session, book, context).run(small, as_of=as_of, cause=cause, keys=keys)
        )
    if large:
        many = {one: locked[one] for one in large}
        moved += _refresh_many(session, book, context, many, as_of=as_of, cause=cause, keys=keys)
    return moved


def catch_up(
    session: Session, book: Book, context: Context, locked: Locked, *, as_of: datetime
) -> int:
    """Work out customers at each instant up to ``as_of`` at which time changes an answer.

    Those for whom it is the same instant, as the first of a month, are worked out together.
    """
    moved = 0
    for at, due in _by_instant(locked):
        if at is not None:
            bulk = BulkEvaluation(session, book, context, as_of=at, cause="time")
            moved += bulk.run(Scope(due.keys(), book.ready, whole=True))
        else:
            for part in _chunks(due):
                evaluation = Evaluation(session, book, context)
                moved += len(evaluation.catch_up(part, as_of=as_of))
    return moved


def _refresh_many(
    session: Session,
    book: Book,
    context: Context,
    locked: Locked,
    *,
    as_of: datetime,
    cause: str,
    keys: Collection[str],
) -> int:
    moved = 0
    late = {one: stored for one, stored in locked.items() if _is_late(stored.next_check_at, as_of)}
    for part in _chunks(late):
        moved += len(Evaluation(session, book, context).catch_up(part, as_of=as_of))
    seen = [stored.checked_at for stored in locked.values()]
    at = max(filter(None, (as_of, book.looked_at, *seen)))
    scope = Scope(locked.keys(), keys, whole=book.ready <= set(keys))
    return moved + BulkEvaluation(session, book, context, as_of=at, cause=cause).run(scope)


def _heavy(session: Session, book: Book, locked: Locked, keys: Collection[str]) -> set[UUID]:
    levels = book.among(keys)
    if not any(entry.mentions.touchpoints for level in levels for entry in level):
        return set()
    return heavy(session, locked.keys())


def _is_late(check: datetime | None, as_of: datetime) -> bool:
    return check is not None and check <= as_of


def _by_instant(locked: Locked) -> Sequence[tuple[datetime | None, Locked]]:
    """Return customers who have their due instant in common, then all others together."""
    groups: dict[datetime, dict[UUID, Stored]] = {}
    for one, stored in locked.items():
        if stored.next_check_at is not None:
            groups.setdefault(stored.next_check_at, {})[one] = stored
    found: list[tuple[datetime | None, Locked]] = [
        (at, groups.pop(at)) for at in sorted(groups) if len(groups[at]) > FEW
    ]
    rest = {one: stored for group in groups.values() for one, stored in group.items()}
    return [*found, (None, rest)] if rest else found


def _chunks(locked: Locked) -> list[Locked]:
    ids = list(locked)
    return [
        {one: locked[one] for one in ids[start : start + CHUNK]}
        for start in range(0, len(ids), CHUNK)
    ]
