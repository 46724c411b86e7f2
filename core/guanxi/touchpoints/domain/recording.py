"""Record one touchpoint, in as few statements as it takes: its row, its lines, event and audit.

A path for programs that send one call per contact, hundreds a second; ``bulk.py`` is for many
at once. The insert itself says whether something is wrong (unknown kind, repeated external id),
so nothing is read beforehand as long as everything is right.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.db import write_context
from guanxi.errors import Conflict
from guanxi.events.vocabulary import TouchpointRecorded
from guanxi.ids import new_id
from guanxi.plugins import dispatch
from guanxi.touchpoints.domain.customers import resolve_one
from guanxi.touchpoints.domain.drafts import Draft, checked
from guanxi.touchpoints.domain.facts import audited, facts_of_draft
from guanxi.touchpoints.domain.inserting import insert_touchpoint
from guanxi.touchpoints.domain.references import load_references
from guanxi.touchpoints.domain.repeats import Known, known_touchpoint, refuse_different
from guanxi.touchpoints.domain.stored_lines import write_lines

HOOK: Final = "check_touchpoint"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a draft is now. ``created`` is False where the source had sent it before.

    ``draft`` is what was written, with clean texts and its amount; None for a repeat.
    """

    id: UUID
    customer_id: UUID | None
    version: int
    created: bool
    draft: Draft | None = None


def record(session: Session, draft: Draft, *, now: datetime) -> Recorded:
    """Record ``draft``, or return what its source recorded before with the same contents.

    :raises InvalidField: a field that does not do, an unknown channel, kind or customer.
    :raises DifferentTouchpoint: the external id stands for something else.
    :raises Refused: a plugin said no.
    """
    draft = checked(draft, now=now)
    if _plugins_judge(session):
        known = known_touchpoint(session, draft)
        if known is not None:
            return _repeated(session, draft, known)
    customer_id = _seen_customer(session, draft.customer_id)
    dispatch.check(session, HOOK, touchpoint=facts_of_draft(draft, customer_id))
    touchpoint_id = new_id()
    written = insert_touchpoint(session, touchpoint_id, draft, customer_id, now)
    if not written:
        known = known_touchpoint(session, draft)
        if known is not None:
            return _repeated(session, draft, known)
        customer_id = _insert_again(session, touchpoint_id, draft, now)
    write_lines(session, touchpoint_id, draft.lines)
    announce(session, touchpoint_id, draft, customer_id)
    return Recorded(touchpoint_id, customer_id, 1, created=True, draft=draft)


def announce(session: Session, touchpoint_id: UUID, draft: Draft, customer_id: UUID | None) -> None:
    """Append the event and the audit entry of a new touchpoint."""
    facts = facts_of_draft(draft, customer_id)
    events.append(
        session,
        TouchpointRecorded(customer_id=customer_id, touchpoint_id=touchpoint_id, touchpoint=facts),
    )
    audit.record(
        session,
        "touchpoint.recorded",
        ("touchpoint", touchpoint_id),
        after=audited(draft, customer_id),
    )


def _insert_again(
    session: Session, touchpoint_id: UUID, draft: Draft, now: datetime
) -> UUID | None:
    """Insert for the customer that the draft's was merged into, if that is what happened.

    :raises InvalidField: what the draft refers to does not exist.
    """
    references = load_references(session, (draft,))
    references.require(draft)
    customer_id = references.customer_of(draft)
    if not insert_touchpoint(session, touchpoint_id, draft, customer_id, now):
        raise Conflict("The same touchpoint is being recorded right now. Try again.")
    return customer_id


def _seen_customer(session: Session, customer_id: UUID | None) -> UUID | None:
    if customer_id is None or not session.info.get("criteria"):
        return customer_id
    return resolve_one(session, customer_id)


def _plugins_judge(session: Session) -> bool:
    dispatcher = write_context(session).dispatcher
    return dispatcher is not None and bool(dispatcher.implementations(HOOK))


def _repeated(session: Session, draft: Draft, known: Known) -> Recorded:
    refuse_different(session, draft, known)
    return Recorded(known.id, known.customer_id, known.version, created=False)
