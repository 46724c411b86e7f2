"""A second person decides about an adjustment; whoever asked for it can only withdraw it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, NotFound, Refused, record, settle_asked
from guanxi_loyalty import ledger
from guanxi_loyalty.adjustments.asking import Person, todo_of
from guanxi_loyalty.ledger import Ask, Receipt, load_unit
from guanxi_loyalty.models import AdjustmentRequest, Programme, Unit
from guanxi_loyalty.texts import N_


def approve(session: Session, request_id: UUID, person: Person, *, now: datetime) -> Receipt:
    """Agree to an adjustment, which is made now, once.

    :raises NotFound: there is none.
    :raises Refused: whoever agrees is who asked for it; or the member has not that much any more.
    :raises Conflict: somebody has decided already.
    """
    found = _decide(session, request_id, "approved", person, now=now)
    ask = Ask(
        unit=_unit(session, found),
        key=f"adjustment:{found.id}",
        now=now,
        source="staff",
        document=f"adjustment:{found.id}",
        actor=f"{found.asked_name} · {person.name}",
        remark=found.reason,
    )
    receipt = ledger.adjust(
        session, ask, found.customer_id, found.amount, approved_by=str(person.id)
    )
    found.transaction_id = receipt.transaction_id
    return receipt


def refuse(
    session: Session, request_id: UUID, person: Person, answer: str, *, now: datetime
) -> AdjustmentRequest:
    """Turn an adjustment down.

    :raises NotFound, Refused, Conflict: as :func:`approve`.
    """
    return _decide(session, request_id, "refused", person, answer, now=now)


def withdraw(
    session: Session, request_id: UUID, person: Person, *, now: datetime
) -> AdjustmentRequest:
    """Take back what one has asked for oneself.

    :raises NotFound: there is none.
    :raises Refused: somebody else asked for it.
    :raises Conflict: somebody has decided already.
    """
    return _decide(session, request_id, "withdrawn", person, now=now)


def find_request(session: Session, request_id: UUID) -> AdjustmentRequest:
    """Return an adjustment that was asked for, as it stands now.

    :raises NotFound: there is none.
    """
    found = session.get(AdjustmentRequest, request_id, populate_existing=True)
    if found is None:
        raise NotFound(N_("No such adjustment was asked for."))
    return found


def _decide(
    session: Session,
    request_id: UUID,
    state: str,
    person: Person,
    answer: str | None = None,
    *,
    now: datetime,
) -> AdjustmentRequest:
    own = state == "withdrawn"
    if (find_request(session, request_id).asked_by == person.id) is not own:
        raise Refused(
            N_("Only who asked for it can withdraw it.")
            if own
            else N_("You asked for this yourself, so a second person has to decide.")
        )
    changed = session.scalar(
        update(AdjustmentRequest)
        .where(AdjustmentRequest.id == request_id, AdjustmentRequest.state == "waiting")
        .values(
            state=state,
            decided_at=now,
            decided_by=person.id,
            decided_name=person.name,
            answer=answer or None,
        )
        .returning(AdjustmentRequest.id)
    )
    if changed is None:
        raise Conflict(N_("Somebody has decided about this already."))
    settle_asked(session, todo_of(request_id), now=now)
    subject = ("loyalty_adjustment", str(request_id))
    record(session, "loyalty.adjustment_decided", subject, after={"state": state})
    return find_request(session, request_id)


def _unit(session: Session, found: AdjustmentRequest) -> ledger.UnitFacts:
    row = session.execute(
        select(Programme.key, Unit.key)
        .join(Unit, Unit.programme_id == Programme.id)
        .where(Unit.id == found.unit_id)
    ).one()
    return load_unit(session, *row)
