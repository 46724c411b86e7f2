"""What earning and tiers hold about a customer: handed out, erased, moved when two become one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi_loyalty.models import Occasion, Programme, Standing, TierChange
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.standing import work_out

_OCCASIONS = text("SELECT id FROM loyalty_occasions WHERE customer_id = :merged")
_RETURNS = text("SELECT touchpoint_id FROM loyalty_returns WHERE customer_id = :merged")
_MOVE_OCCASIONS = text(
    "UPDATE loyalty_occasions SET customer_id = :to WHERE customer_id = :frm AND id = ANY(:ids)"
)
_MOVE_RETURNS = text(
    "UPDATE loyalty_returns SET customer_id = :to "
    "WHERE customer_id = :frm AND touchpoint_id = ANY(:ids)"
)
_MOVE_USES = text(
    """
    INSERT INTO loyalty_rule_uses AS u (rule_id, customer_id, period, begins, times, units)
    SELECT rule_id, :kept, period, begins, times, units FROM loyalty_rule_uses
    WHERE customer_id = :merged
    ON CONFLICT (rule_id, customer_id, period, begins) DO UPDATE
    SET times = u.times + excluded.times, units = u.units + excluded.units
    """
)
_JOINED = text(
    """
    INSERT INTO loyalty_standings AS s (programme_id, customer_id, joined_at)
    SELECT programme_id, :kept, joined_at FROM loyalty_standings WHERE customer_id = :merged
    ON CONFLICT (programme_id, customer_id) DO UPDATE
    SET joined_at = least(s.joined_at, excluded.joined_at)
    """
)
_PERSONAL = ("loyalty_rule_uses", "loyalty_returns", "loyalty_standings", "loyalty_tier_changes")


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return what a customer earned for what, the tiers, and how they came about."""
    occasions = session.scalars(
        select(Occasion).where(Occasion.customer_id == customer_id).order_by(Occasion.occurred_at)
    )
    standings = session.scalars(select(Standing).where(Standing.customer_id == customer_id))
    changes = session.scalars(
        select(TierChange).where(TierChange.customer_id == customer_id).order_by(TierChange.at)
    )
    found = {
        "occasions": [
            {"kind": one.kind, "at": one.occurred_at, "amount": one.amount, "awards": one.awards}
            for one in occasions
        ],
        "standings": [
            {"joined_at": one.joined_at, "tier": one.tier, "since": one.tier_since}
            for one in standings
        ],
        "tiers": [
            {"at": one.at, "before": one.before, "after": one.after, "cause": one.cause}
            for one in changes
        ],
    }
    return found if any(found.values()) else None


def erase(session: Session, customer_id: UUID) -> None:
    """Forget standing, tiers and uses; occasions stay, as the ledger does: they are done."""
    for table in _PERSONAL:
        session.execute(
            text(f"DELETE FROM {table} WHERE customer_id = :id"),  # noqa: S608 -- tables of ours
            {"id": customer_id},
        )


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Bring occasions, uses and standing to ``kept_id``; call it after the ledger's own merge."""
    both = {"kept": kept_id, "merged": merged_id}
    undo = {
        "occasions": [str(one) for one in session.execute(_OCCASIONS, both).scalars()],
        "returns": [str(one) for one in session.execute(_RETURNS, both).scalars()],
    }
    _move(session, undo, merged_id, kept_id)
    session.execute(_MOVE_USES, both)
    session.execute(_JOINED, both)
    _look_again(session, (kept_id, merged_id), now)
    return undo


def unmerge(
    session: Session, kept_id: UUID, merged_id: UUID, undo: dict[str, Any] | None, *, now: datetime
) -> None:
    """Give occasions and returns back; uses of rules stay counted with ``kept_id`` too."""
    _move(session, undo or {}, kept_id, merged_id)
    _look_again(session, (kept_id, merged_id), now)


def _move(session: Session, undo: dict[str, Any], giver: UUID, taker: UUID) -> None:
    for statement, name in ((_MOVE_OCCASIONS, "occasions"), (_MOVE_RETURNS, "returns")):
        ids = [UUID(one) for one in undo.get(name, ())]
        if ids:
            session.execute(statement, {"frm": giver, "to": taker, "ids": ids})


def _look_again(session: Session, customers: tuple[UUID, UUID], now: datetime) -> None:
    for programme in session.scalars(select(Programme).order_by(Programme.key)):
        book = tiers_of(session, programme)
        if book is not None:
            work_out(session, book, sorted(customers), now=now)
