"""Adjust at once, or ask a second person where it is above the programme's limit."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, Text, ask_people, new_id, record
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, Receipt
from guanxi_loyalty.ledger.beginning import checked_amount
from guanxi_loyalty.models import AdjustmentRequest
from guanxi_loyalty.texts import N_


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff. Two persons differ by ``id``; they may have the same name."""

    id: UUID
    name: str


def adjust_or_ask(
    session: Session, ask: Ask, customer_id: UUID, amount: int, person: Person
) -> Receipt | AdjustmentRequest:
    """Add units or take them away; above the limit note what waits for a second person.

    :raises Invalid: no reason is given, or the amount is zero or absurd.
    :raises Refused: the member has not that much.
    :raises Conflict: the key was used for another adjustment.
    """
    reason = (ask.remark or "").strip()
    if not reason:
        raise Invalid(N_("Say why."), fields={"reason": []})
    size, limit = checked_amount(abs(amount)), ask.unit.policies.adjust_limit
    if limit is None or size <= limit:
        return ledger.adjust(session, ask, customer_id, amount)
    values = {
        "id": new_id(),
        "unit_id": ask.unit.id,
        "customer_id": customer_id,
        "key": ask.key,
        "amount": amount,
        "reason": reason,
        "asked_at": ask.now,
        "asked_by": person.id,
        "asked_name": person.name,
    }
    added = insert(AdjustmentRequest).values(values).on_conflict_do_nothing()
    made: AdjustmentRequest | None = session.scalar(added.returning(AdjustmentRequest))
    if made is None:
        return _first(session, ask, customer_id, amount)
    subject = ("loyalty_adjustment", str(made.id))
    record(session, "loyalty.adjustment_requested", subject, after={"amount": amount})
    _ask_a_second(session, made, ask)
    return made


def todo_of(request_id: UUID) -> str:
    """Return the key of the to-do that asks others for their decision."""
    return f"loyalty.adjustment.{request_id}"


def _ask_a_second(session: Session, made: AdjustmentRequest, ask: Ask) -> None:
    told = f"{made.amount:+,} · {made.asked_name}: {made.reason}"
    ask_people(
        session,
        todo_of(made.id),
        Text("Points wait for a second person", "积分调整等待复核"),
        Text(
            f"{told}\nConfirm or refuse it under Loyalty, Approvals.",
            f"{told}\n请在“忠诚计划 · 复核”中确认或拒绝。",
        ),
        permission="loyalty.grant",
        customer_id=made.customer_id,
        beside=made.asked_by,
        now=ask.now,
    )


def _first(session: Session, ask: Ask, customer_id: UUID, amount: int) -> AdjustmentRequest:
    wanted = select(AdjustmentRequest).where(
        AdjustmentRequest.unit_id == ask.unit.id, AdjustmentRequest.key == ask.key
    )
    found = session.scalars(wanted).one()
    if (found.customer_id, found.amount) != (customer_id, amount):
        raise Conflict(
            N_("The key %(key)s was used for another request before. Take a new one."), key=ask.key
        )
    return found
