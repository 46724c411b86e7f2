"""A person's data: what segmentation holds of it, erased, handed over in a merge, given back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from guanxi_segmentation.membership.locking import lock_pair
from guanxi_segmentation.models import Membership, Pin, Segment, State, Waiting

_FORGET_STAYS: Final = text(
    """
    WITH gone AS (
        DELETE FROM segmentation_memberships WHERE customer_id = :id RETURNING segment_id, left_at
    )
    INSERT INTO segmentation_member_deltas (segment_id, delta)
    SELECT segment_id, -count(*) FROM gone WHERE left_at IS NULL GROUP BY segment_id
    """
)
_END_STAYS: Final = text(
    """
    WITH gone AS (
        UPDATE segmentation_memberships
        SET left_at = greatest(CAST(:now AS timestamptz), entered_at), left_cause = 'merged'
        WHERE customer_id = :id AND left_at IS NULL RETURNING id, segment_id
    ), counted AS (
        INSERT INTO segmentation_member_deltas (segment_id, delta)
        SELECT segment_id, -count(*) FROM gone GROUP BY segment_id
    )
    SELECT id FROM gone ORDER BY id
    """
)
_RESUME_STAYS: Final = text(
    """
    WITH back AS (
        UPDATE segmentation_memberships m SET left_at = NULL, left_cause = NULL
        WHERE m.id = ANY(CAST(:stays AS bigint[])) AND m.customer_id = :id
          AND m.left_cause = 'merged'
          AND NOT EXISTS (SELECT 1 FROM segmentation_memberships o
                          WHERE o.segment_id = m.segment_id AND o.customer_id = m.customer_id
                            AND o.left_at IS NULL)
          AND EXISTS (SELECT 1 FROM segmentation_segments s
                      WHERE s.id = m.segment_id AND s.state = 'active')
        RETURNING m.segment_id
    ), counted AS (
        INSERT INTO segmentation_member_deltas (segment_id, delta)
        SELECT segment_id, count(*) FROM back GROUP BY segment_id
    )
    INSERT INTO segmentation_states (customer_id, segments, hidden, next_check_at)
    SELECT :id,
        ARRAY(SELECT s.key FROM back JOIN segmentation_segments s ON s.id = back.segment_id
              WHERE s.kind IN ('rule', 'static') ORDER BY s.key COLLATE "C"),
        ARRAY(SELECT s.key FROM back JOIN segmentation_segments s ON s.id = back.segment_id
              WHERE s.kind IN ('class', 'held') ORDER BY s.key COLLATE "C"),
        CAST(:next_check_at AS timestamptz)
    WHERE CAST(:stood AS boolean)
    ON CONFLICT (customer_id) DO NOTHING
    """
)


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return a customer's stays in segments and the decisions made by hand."""
    stays = session.execute(
        select(Segment.key, Segment.title_en, Segment.title_zh, Membership)
        .join(Membership, Membership.segment_id == Segment.id)
        .where(Membership.customer_id == customer_id, Segment.kind.in_(("rule", "static")))
        .order_by(Membership.entered_at, Membership.id)
    )
    pins = session.execute(
        select(Segment.key, Pin)
        .join(Pin, Pin.segment_id == Segment.id)
        .where(Pin.customer_id == customer_id)
        .order_by(Segment.key)
    )
    found = {
        "segments": [_told(key, en, zh, stay) for key, en, zh, stay in stays],
        "decisions": [
            {"segment": key, "included": pin.included, "reason": pin.reason, "at": pin.at}
            for key, pin in pins
        ],
    }
    return found if any(found.values()) else None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove everything about a customer."""
    session.execute(_FORGET_STAYS, {"id": customer_id})
    session.execute(delete(Pin).where(Pin.customer_id == customer_id))
    session.execute(delete(State).where(State.customer_id == customer_id))
    session.execute(delete(Waiting).where(Waiting.customer_id == customer_id))


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Give pins to the kept customer and end the stays of the merged one.

    What the kept customer was pinned to before stays. Who they are together is worked out when
    the event comes. Returns what :func:`unmerge` needs.
    """
    lock_pair(session, kept_id, merged_id)
    moved, dropped = _hand_pins_over(session, kept_id, merged_id)
    state = session.get(State, merged_id)
    undo = {
        "moved": [str(one) for one in moved],
        "dropped": dropped,
        "stays": list(session.scalars(_END_STAYS, {"id": merged_id, "now": now})),
        "stood": state is not None,
        "next_check_at": _iso(state.next_check_at) if state is not None else None,
    }
    if state is not None:
        session.delete(state)
    session.flush()
    return undo


def unmerge(
    session: Session, kept_id: UUID, merged_id: UUID, undo: Mapping[str, Any] | None
) -> None:
    """Give pins back and let the stays go on as if they had not ended."""
    if undo is None:
        return
    lock_pair(session, kept_id, merged_id)
    segments = [UUID(one) for one in undo["moved"]]
    for pin in session.scalars(
        select(Pin).where(Pin.customer_id == kept_id, Pin.segment_id.in_(segments))
    ):
        pin.customer_id = merged_id
    session.flush()
    for one in undo["dropped"]:
        session.add(_pin(merged_id, one))
    values = {key: undo[key] for key in ("stays", "stood", "next_check_at")}
    session.execute(_RESUME_STAYS, {"id": merged_id, **values})
    session.flush()


def _hand_pins_over(
    session: Session, kept_id: UUID, merged_id: UUID
) -> tuple[list[UUID], list[dict[str, Any]]]:
    """Return the segments whose pins moved, and the pins that the kept customer had, too."""
    own = set(session.scalars(select(Pin.segment_id).where(Pin.customer_id == kept_id)))
    moved, dropped = [], []
    for pin in session.scalars(select(Pin).where(Pin.customer_id == merged_id)).all():
        if pin.segment_id in own:
            dropped.append(_plain(pin))
            session.delete(pin)
        else:
            moved.append(pin.segment_id)
            pin.customer_id = kept_id
    session.flush()
    return moved, dropped


def _plain(pin: Pin) -> dict[str, Any]:
    return {
        "segment_id": str(pin.segment_id),
        "included": pin.included,
        "reason": pin.reason,
        "at": pin.at.isoformat(),
        "actor_name": pin.actor_name,
    }


def _pin(customer_id: UUID, plain: Mapping[str, Any]) -> Pin:
    return Pin(
        segment_id=UUID(plain["segment_id"]),
        customer_id=customer_id,
        included=plain["included"],
        reason=plain["reason"],
        at=datetime.fromisoformat(plain["at"]),
        actor_name=plain["actor_name"],
    )


def _told(key: str, title_en: str, title_zh: str, stay: Membership) -> dict[str, Any]:
    return {
        "segment": key,
        "title_en": title_en,
        "title_zh": title_zh,
        "entered_at": stay.entered_at,
        "entered_cause": stay.entered_cause,
        "left_at": stay.left_at,
        "left_cause": stay.left_cause,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
