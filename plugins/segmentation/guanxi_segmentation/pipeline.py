"""The one way to bring everything that is derived up to date, in its order.

RFM scores, values and computed classes come first, for rules may ask for them; then segments,
level by level; then the classes that rules decide, and again the segments that ask for those, until
nobody moves any more.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation import quick, steps
from guanxi_segmentation.membership import inputs, locking
from guanxi_segmentation.membership.book import Book, read_book
from guanxi_segmentation.membership.inputs import EVERYTHING, Touched
from guanxi_segmentation.membership.locking import Locked
from guanxi_segmentation.membership.rebuilding import rebuild
from guanxi_segmentation.membership.refreshing import FEW, refresh_locked
from guanxi_segmentation.schemes import rechecking
from guanxi_segmentation.schemes.rechecking import Due

Step = Callable[..., object]
"""``step(session, customers, as_of=..., cause=...)``: customers are ids, or None for everybody.
Returns whether an attribute of anybody changed."""

BEFORE: Final[Sequence[Step]] = steps.BEFORE
"""RFM, values, computed classes."""
AFTER: Final[Sequence[Step]] = steps.AFTER
"""Classes decided by rules."""
MOST_AT_ONCE: Final = 5_000
"""So many customers whose minimum stay is over are looked up at a time."""
MOST_ROUNDS: Final = 20
"""Classes may ask for segments that ask for classes; as nothing leads back to itself, a round that
moves nobody comes, one for each such step."""


def refresh(
    session: Session,
    customers: Collection[UUID] | None,
    *,
    as_of: datetime,
    cause: str = "changed",
    touched: Touched = EVERYTHING,
) -> int:
    """Work out customers (None: everybody) as of one instant; return how many moves there were.

    :param cause: as in ``models.Membership.entered_cause``.
    :param touched: what may have changed, so that nothing else is looked at.
    """
    if customers is None:
        return _refresh_all(session, as_of=as_of, cause=cause)
    moved, _book = refresh_some(session, customers, as_of=as_of, cause=cause, touched=touched)
    return moved


def refresh_some(
    session: Session,
    customers: Collection[UUID],
    *,
    as_of: datetime,
    cause: str = "changed",
    touched: Touched = EVERYTHING,
) -> tuple[int, Book]:
    """As :func:`refresh`, for some customers; return also the segments that were looked at."""
    if not touched.everything and 0 < len(customers) <= FEW:
        done = quick.refresh(session, customers, as_of=as_of, cause=cause, touched=touched)
        if done is not None:
            return done.moves + _followed(session, customers, done, as_of, cause), done.book
    locking.share_evaluation(session)
    locked = locking.lock_states(session, customers)
    ids = list(locked)
    moved = _recheck(session, rechecking.due_among(session, ids, as_of))
    found, book = _work_out(session, locked, as_of=as_of, cause=cause, touched=touched)
    return moved + found, book


def _followed(
    session: Session, customers: Collection[UUID], done: quick.Done, as_of: datetime, cause: str
) -> int:
    if not done.classes_follow:
        return 0
    return follow(session, customers, as_of=as_of, cause=cause)


def _work_out(
    session: Session, locked: Locked, *, as_of: datetime, cause: str, touched: Touched
) -> tuple[int, Book]:
    ids = list(locked)
    if before(session, ids, as_of=as_of, cause=cause):
        touched |= inputs.OWN_ATTRIBUTES
    book = read_book(session)
    keys = book.depending(lambda entry: entry.ready and touched.concerns(entry)) & book.ready
    moved = refresh_locked(session, book, locked, as_of=as_of, cause=cause, keys=keys)
    if not moved and not touched.everything:
        # Who is new needs a class; else classes by rules follow from membership alone.
        return 0, book
    return moved + follow(session, ids, as_of=as_of, cause=cause), book


def _recheck(session: Session, due: Due) -> int:
    """Let customers change their class at the instant at which their minimum stay was over."""
    moved = 0
    for at, customers in due.items():
        locked = locking.lock_states(session, customers)
        found, _ = _work_out(session, locked, as_of=at, cause="time", touched=inputs.NOTHING)
        moved += found
    return moved


def recheck(session: Session, *, as_of: datetime, limit: int) -> int:
    """Change the classes of whom the minimum stay is over; return for how many it was."""
    due = rechecking.due(session, as_of, limit)
    _recheck(session, due)
    return sum(map(len, due.values()))


def _refresh_all(session: Session, *, as_of: datetime, cause: str) -> int:
    """Work out everybody at once; for very many there is ``gradual``."""
    before_all(session, as_of=as_of, cause=cause)
    moved = rebuild(session, as_of=as_of, cause=cause)
    return moved + follow(session, None, as_of=as_of, cause=cause)


def before_all(session: Session, *, as_of: datetime, cause: str) -> None:
    """Have the evaluation for oneself, and work out everybody's scores, values and classes."""
    locking.own_evaluation(session)
    while recheck(session, as_of=as_of, limit=MOST_AT_ONCE):
        pass
    before(session, None, as_of=as_of, cause=cause)


def before(
    session: Session, customers: Collection[UUID] | None, *, as_of: datetime, cause: str
) -> bool:
    """Work out scores, values and computed classes; say whether any changed."""
    return _run(BEFORE, session, customers, as_of=as_of, cause=cause)


def after(
    session: Session, customers: Collection[UUID] | None, *, as_of: datetime, cause: str
) -> bool:
    """Let classes by rules follow; say whether any changed."""
    return _run(AFTER, session, customers, as_of=as_of, cause=cause)


def follow(
    session: Session, customers: Collection[UUID] | None, *, as_of: datetime, cause: str
) -> int:
    """Let classes by rules follow segments that were worked out, and segments the classes."""
    moved = 0
    for _ in range(MOST_ROUNDS):
        if not after(session, customers, as_of=as_of, cause=cause):
            break
        followed = _ask_again(session, customers, as_of=as_of, cause=cause)
        moved += followed
        if not followed:
            break
    return moved


def _ask_again(
    session: Session, customers: Collection[UUID] | None, *, as_of: datetime, cause: str
) -> int:
    """Work out the segments that ask for classes."""
    if customers is None:
        return rebuild(session, as_of=as_of, cause=cause, only=inputs.looks_at_ours)
    book, locked = read_book(session), locking.lock_states(session, customers)
    keys = book.depending(inputs.looks_at_ours) & book.ready
    return refresh_locked(session, book, locked, as_of=as_of, cause=cause, keys=keys)


def _run(
    steps: Sequence[Step],
    session: Session,
    customers: Collection[UUID] | None,
    *,
    as_of: datetime,
    cause: str,
) -> bool:
    """Take all steps; return whether any of them changed an attribute."""
    changed = False
    for step in steps:
        changed = bool(step(session, customers, as_of=as_of, cause=cause)) or changed
    return changed
