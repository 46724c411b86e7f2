"""Decisions by hand (手动调整): a customer is in a segment, or is not, whatever its rule says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, customers, record, settings_of, write_context
from guanxi_segmentation import pipeline
from guanxi_segmentation.membership import locking, segments
from guanxi_segmentation.membership.book import read_book
from guanxi_segmentation.membership.refreshing import refresh_locked
from guanxi_segmentation.models import Pin, Segment
from guanxi_segmentation.texts import N_

LONGEST_REASON: Final = 500
LONGEST_LIST: Final = 10_000


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
    :raises Conflict: the segment is in the archive.
    """
    segment = _active(session, key)
    customer = customers.get(session, customer_id)
    if customer.erased_at is not None:
        raise Conflict(N_("This customer's data was erased; there is nobody to decide about."))
    _write(session, segment, [customer.id], included=included, reason=reason, now=now)
    found: Pin = session.scalars(
        select(Pin)
        .where(Pin.segment_id == segment.id, Pin.customer_id == customer.id)
        .execution_options(populate_existing=True)
    ).one()
    return found


def unpin(session: Session, key: str, customer_id: UUID, *, now: datetime) -> bool:
    """Take a decision back, so that the rule counts again; False where there was none."""
    segment = _active(session, key)
    gone = session.scalars(
        delete(Pin)
        .where(Pin.segment_id == segment.id, Pin.customer_id == customer_id)
        .returning(Pin.included)
    ).all()
    if not gone:
        return False
    record(
        session,
        "segmentation.unpinned",
        ("customer", customer_id),
        before={"segment": key, "included": gone[0]},
    )
    _take_effect(session, segment, [customer_id], now)
    return True


def pins_of(
    session: Session, key: str, *, after: UUID | None = None, limit: int = 50
) -> Sequence[Pin]:
    """Return decisions about customers in sight in a segment, by their ids."""
    query = select(Pin).where(
        Pin.segment_id == segments.get(session, key).id,
        customers.in_sight(session, Pin.customer_id),
    )
    if after is not None:
        query = query.where(Pin.customer_id > after)
    return session.scalars(query.order_by(Pin.customer_id).limit(limit)).all()


def include_listed(
    session: Session, key: str, words: Iterable[str], *, reason: str | None, now: datetime
) -> Listed:
    """Pin everybody in a list of ids, e-mail addresses, phone numbers and foreign ids into it.

    :raises Invalid: more than :data:`LONGEST_LIST` words.
    :raises Conflict: the segment is in the archive.
    """
    segment = _active(session, key)
    wanted = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    if len(wanted) > LONGEST_LIST:
        raise Invalid(N_("Give at most %(most)s customers at a time."), most=LONGEST_LIST)
    region = str(settings_of(session, "core").get("phone_region") or "")
    known = customers.recognise(session, wanted, region=region)
    found = list(dict.fromkeys(one for one in known.values() if one is not None))
    before = set(
        session.scalars(
            select(Pin.customer_id).where(
                Pin.segment_id == segment.id, Pin.included, Pin.customer_id.in_(found)
            )
        )
    )
    new = [one for one in found if one not in before]
    _write(session, segment, new, included=True, reason=reason, now=now)
    unknown = tuple(word for word, one in known.items() if one is None)
    return Listed(len(new), len(before), unknown)


def _active(session: Session, key: str) -> Segment:
    segment = segments.get(session, key)
    if segment.state != "active":
        raise Conflict(N_("The segment %(key)s is in the archive. Restore it first."), key=key)
    return segment


def _write(
    session: Session,
    segment: Segment,
    ids: Collection[UUID],
    *,
    included: bool,
    reason: str | None,
    now: datetime,
) -> None:
    if not ids:
        return
    reason = (reason or "").strip() or None
    if reason is not None and (len(reason) > LONGEST_REASON or not _is_text(reason)):
        raise Invalid(N_("A reason has at most %(most)s characters."), most=LONGEST_REASON)
    said = {
        "included": included,
        "reason": reason,
        "at": now,
        "actor_name": write_context(session).actor.name,
    }
    statement = insert(Pin).on_conflict_do_update(
        index_elements=["segment_id", "customer_id"], set_=said
    )
    rows = [{"segment_id": segment.id, "customer_id": one, **said} for one in sorted(ids)]
    session.execute(statement, rows)
    for one in ids:
        after = {"segment": segment.key, "included": included, "reason": reason}
        record(session, "segmentation.pinned", ("customer", one), after=after)
    _take_effect(session, segment, ids, now)


def _is_text(reason: str) -> bool:
    """Say whether it can be stored: no NUL, and no bytes that are no characters."""
    return "\0" not in reason and not any("\ud800" <= one <= "\udfff" for one in reason)


def _take_effect(session: Session, segment: Segment, ids: Collection[UUID], now: datetime) -> None:
    locking.share_evaluation(session)
    locked = locking.lock_states(session, ids)
    book = read_book(session)
    own = {segment.key} & book.ready
    refresh_locked(session, book, locked, as_of=now, cause="pinned", keys=own)
    others = (book.depending(lambda entry: entry.id == segment.id) - own) & book.ready
    if others:
        locked = locking.lock_states(session, ids)
        refresh_locked(session, book, locked, as_of=now, cause="changed", keys=others)
        pipeline.follow(session, list(locked), as_of=now, cause="changed")
