"""The points of one member on the staff's page: lots, holds, and the statement page by page."""

from typing import Any, Final
from uuid import UUID

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import current
from guanxi_loyalty.ledger import UnitFacts
from guanxi_loyalty.ledger.foreseeing import left_of_each
from guanxi_loyalty.ledger.holdings import holds_of, lots_of
from guanxi_loyalty.ledger.reading import Line, statement
from guanxi_loyalty.ledger.reversing import GIVEN, SPENT
from guanxi_loyalty.models import RewardIssue
from guanxi_loyalty.pages.member_values import line_values
from guanxi_loyalty.pages.words import kind_of, last_day, source_of

ROWS: Final = 25
LOTS_FIRST: Final = 8
"""Lots that are shown at once; those that run out later are a click away."""


def points_values(session: Session, unit: UnitFacts, customer_id: UUID) -> dict[str, Any]:
    """Return lots, holds and a page of the statement in one unit."""
    before = _place(request.args.get("before"))
    lines = list(statement(session, unit, customer_id, before=before, limit=ROWS + 1))
    shown = lines[:ROWS]
    return {
        "lots": _lots(session, unit, customer_id),
        "lots_first": LOTS_FIRST,
        "holds": _holds(session, unit, customer_id),
        "lines": _lines(session, shown),
        "before": before,
        "next_before": shown[-1].transaction_id if len(lines) > ROWS else None,
    }


def _lots(session: Session, unit: UnitFacts, customer_id: UUID) -> list[dict[str, Any]]:
    now = current.now()
    found = lots_of(session, unit, customer_id, now=now)
    earned = [lot.transaction_id for lot in found if lot.kind in GIVEN and lot.source != "reward"]
    left = left_of_each(session, earned)
    return [
        {
            "id": lot.transaction_id,
            "left": left.get(lot.transaction_id, 0),
            "amount": lot.amount,
            "remaining": lot.remaining,
            "earned_at": lot.earned_at,
            "activates_at": lot.activates_at,
            "pending": lot.activates_at > now,
            "last_day": last_day(lot.expires_at, unit.zone),
            "from": f"{kind_of(lot.kind)['text']} · {source_of(lot.source)}",
        }
        for lot in found
    ]


def _holds(session: Session, unit: UnitFacts, customer_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "id": hold.id,
            "amount": hold.amount,
            "since": hold.since,
            "expires_at": hold.expires_at,
            "source": source_of(hold.source),
            "document": hold.document,
        }
        for hold in holds_of(session, unit, customer_id, now=current.now())
    ]


def _lines(session: Session, lines: list[Line]) -> list[dict[str, Any]]:
    """Return movements; those that can be taken back here say how much of them is left."""
    own = [line.transaction_id for line in lines if line.kind in (*GIVEN, *SPENT)]
    left = left_of_each(session, own)
    elsewhere = paid_for_rewards(session, own)
    shown = []
    for line in lines:
        id_ = line.transaction_id
        rest = left.get(id_, 0) if id_ not in elsewhere and line.source != "reward" else 0
        shown.append({**line_values(line), "left": rest})
    return shown


def paid_for_rewards(session: Session, ids: list[UUID]) -> set[UUID]:
    """Return which transactions belong to rewards, with which they go back."""
    wanted = select(RewardIssue.transaction_id).where(RewardIssue.transaction_id.in_(ids))
    return {one for one in session.scalars(wanted) if one is not None} if ids else set()


def _place(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
