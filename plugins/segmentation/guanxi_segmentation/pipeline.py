"""The one way to bring everything that is derived up to date, in its order.

RFM scores, values and computed classes come first, for rules may ask for them; then segments,
level by level; then the classes that rules decide, and once more the segments that ask for those.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation import steps
from guanxi_segmentation.membership import inputs, locking
from guanxi_segmentation.membership.book import read_book
from guanxi_segmentation.membership.inputs import EVERYTHING, Touched
from guanxi_segmentation.membership.rebuilding import rebuild
from guanxi_segmentation.membership.refreshing import refresh_locked

Step = Callable[..., object]
"""``step(session, customers, as_of=..., cause=...)``: customers are ids, or None for everybody.
Returns whether an attribute of anybody changed."""

BEFORE: Final[Sequence[Step]] = steps.BEFORE
"""RFM, values, computed classes."""
AFTER: Final[Sequence[Step]] = steps.AFTER
"""Classes decided by rules."""


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
    locking.share_evaluation(session)
    locked = locking.lock_states(session, customers)
    ids = list(locked)
    if _run(BEFORE, session, ids, as_of=as_of, cause=cause):
        touched |= inputs.OWN_ATTRIBUTES
    book = read_book(session)
    keys = book.depending(lambda entry: entry.ready and touched.concerns(entry)) & book.ready
    moved = refresh_locked(session, book, locked, as_of=as_of, cause=cause, keys=keys)
    if _run(AFTER, session, ids, as_of=as_of, cause=cause):
        again = book.depending(inputs.looks_at_ours) & book.ready
        locked = locking.lock_states(session, customers)
        moved += refresh_locked(session, book, locked, as_of=as_of, cause=cause, keys=again)
    return moved


def _refresh_all(session: Session, *, as_of: datetime, cause: str) -> int:
    locking.own_evaluation(session)
    _run(BEFORE, session, None, as_of=as_of, cause=cause)
    moved = rebuild(session, as_of=as_of, cause=cause)
    if _run(AFTER, session, None, as_of=as_of, cause=cause):
        moved += rebuild(session, as_of=as_of, cause=cause, only=inputs.looks_at_ours)
    return moved


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
