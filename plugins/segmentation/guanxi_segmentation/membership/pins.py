"""Decisions by hand: this customer is in a segment, or is not, against its rule too (手动调整)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation.models import Pin


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a list: how many are in now, how many were before, who is not known."""

    added: int
    already: int
    unknown: tuple[str, ...]


def pin(
    session: Session,
    key: str,
    customer_id: UUID,
    *,
    included: bool,
    reason: str | None,
    now: datetime,
) -> Pin:
    """Decide that a customer is in a segment or is not; it takes effect at once.

    :raises NotFound: there is no such segment, or no such customer within sight.
    """
    raise NotImplementedError


def unpin(session: Session, key: str, customer_id: UUID, *, now: datetime) -> bool:
    """Take a decision back, so that the rule counts again; False where there was none."""
    raise NotImplementedError


def pins_of(
    session: Session, key: str, *, after: UUID | None = None, limit: int = 50
) -> Sequence[Pin]:
    """Return decisions about a segment in the order of the customers' ids."""
    raise NotImplementedError


def include_listed(
    session: Session, key: str, words: Iterable[str], *, reason: str | None, now: datetime
) -> Listed:
    """Pin everybody in a list of ids, e-mail addresses, phone numbers and foreign ids into it.

    :raises Invalid: more than :data:`LONGEST_LIST` words.
    """
    raise NotImplementedError
