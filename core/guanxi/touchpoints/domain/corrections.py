"""Corrections (更正): void a touchpoint that never was, amend one that was different.

Each is a new version of the row, an audit entry with before and after, and an event with the
facts on both sides, so that readers take back what they derived. A touchpoint that changes its
customer is two events, one in each customer's order: taken from one, given to the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.text import clean_text
from guanxi.errors import PreconditionFailed
from guanxi.events.vocabulary import TouchpointCorrected, TouchpointFacts
from guanxi.plugins import dispatch
from guanxi.touchpoints.domain.customers import resolve_one
from guanxi.touchpoints.domain.drafts import Draft, checked
from guanxi.touchpoints.domain.facts import (
    CONTENT,
    draft_of,
    facts_of,
    facts_of_draft,
    without_customer,
)
from guanxi.touchpoints.domain.faults import (
    AlreadyVoided,
    InvalidField,
    explain,
    no_such_touchpoint,
)
from guanxi.touchpoints.domain.recording import HOOK
from guanxi.touchpoints.domain.references import load_references
from guanxi.touchpoints.domain.stored_lines import lines_of, replace_lines
from guanxi.touchpoints.models import Touchpoint

MAX_REASON: Final = 500
AMENDABLE: Final = frozenset(CONTENT)
WORDS: Final = ("channel", "kind", "outcome")


def void(
    session: Session,
    touchpoint_id: UUID,
    reason: str,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Touchpoint:
    """Take a touchpoint back because it never took place; the row stays, marked as voided.

    :param expected_version: refuse if somebody changed it since that version was read.
    :raises NoSuchTouchpoint: nothing of that id in sight.
    :raises AlreadyVoided: somebody was faster.
    :raises PreconditionFailed: the version is another one by now.
    """
    reason = checked_reason(reason)
    touchpoint = locked(session, touchpoint_id, expected_version)
    facts = facts_of(touchpoint, lines_of(session, touchpoint_id))
    _store(session, touchpoint, {"state": "voided", "state_reason": reason}, now)
    announce_correction(session, touchpoint_id, facts, None, reason)
    audit.record(
        session,
        "touchpoint.voided",
        ("touchpoint", touchpoint_id),
        before={"state": "recorded"},
        after={"state": "voided", "state_reason": reason},
    )
    return touchpoint


def amend(
    session: Session,
    touchpoint_id: UUID,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Touchpoint:
    """Change fields of a touchpoint; nothing happens if they are what they were.

    New lines without a new amount make the amount their sum.

    :param changes: values by the names of ``AMENDABLE``.
    :raises NoSuchTouchpoint, AlreadyVoided, PreconditionFailed: as for :func:`void`.
    :raises InvalidField: a value that does not do.
    :raises Refused: a plugin said no.
    """
    reason = checked_reason(reason) if reason else None
    values = _resolved(session, changes)
    touchpoint = locked(session, touchpoint_id, expected_version)
    before = draft_of(touchpoint, lines_of(session, touchpoint_id))
    after = checked(replace(before, **values), now=now)
    _require_words(session, before, after)
    changed = [name for name in CONTENT if getattr(before, name) != getattr(after, name)]
    if not changed:
        return touchpoint
    facts = facts_of_draft(after, after.customer_id)
    dispatch.check(session, HOOK, touchpoint=facts)
    _store(session, touchpoint, {n: getattr(after, n) for n in changed if n != "lines"}, now)
    if "lines" in changed:
        replace_lines(session, touchpoint_id, after.lines)
    old_facts = facts_of_draft(before, before.customer_id)
    announce_correction(session, touchpoint_id, old_facts, facts, reason)
    _audit_amendment(session, touchpoint_id, before, after, changed)
    return touchpoint


def locked(
    session: Session, touchpoint_id: UUID, expected_version: int | None = None
) -> Touchpoint:
    """Return a touchpoint that is not voided and that nobody else can change meanwhile.

    :raises NoSuchTouchpoint, AlreadyVoided, PreconditionFailed: as for :func:`void`.
    """
    touchpoint = session.scalars(
        select(Touchpoint)
        .where(Touchpoint.id == touchpoint_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if touchpoint is None:
        raise no_such_touchpoint()
    if expected_version is not None and touchpoint.version != expected_version:
        raise PreconditionFailed(
            "Somebody changed this touchpoint meanwhile. Look at it again before you correct it."
        )
    if touchpoint.state == "voided":
        raise AlreadyVoided("This touchpoint was voided; it cannot be changed any more.")
    return touchpoint


def announce_correction(
    session: Session,
    touchpoint_id: UUID,
    before: TouchpointFacts,
    after: TouchpointFacts | None,
    reason: str | None,
) -> None:
    """Append the event of a correction; two if the touchpoint changes its customer."""
    steps = [(before, after)]
    if after is not None and before.customer_id not in (None, after.customer_id):
        between = without_customer(before)
        steps = [(before, between), (between, after)]
    for old, new in steps:
        corrected = TouchpointCorrected(
            customer_id=old.customer_id if new is None else old.customer_id or new.customer_id,
            touchpoint_id=touchpoint_id,
            before=old,
            after=new,
            reason=reason,
        )
        events.append(session, corrected)


def checked_reason(reason: str) -> str:
    """Return the clean reason of a correction.

    :raises InvalidField: it is empty.
    """
    cleaned = clean_text(reason, MAX_REASON)
    if not cleaned:
        raise InvalidField("Say why, so that others understand it later.", field="reason")
    return cleaned


def _resolved(session: Session, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with today's customer, locked before the touchpoint as a merge does it."""
    values = dict(changes)
    if "lines" in values:
        values.setdefault("amount", None)
    if values.get("customer_id") is not None:
        values["customer_id"] = resolve_one(session, values["customer_id"])
    return values


def _require_words(session: Session, before: Draft, after: Draft) -> None:
    """Raise if a word was changed to one that is on no list."""
    if any(getattr(before, name) != getattr(after, name) for name in WORDS):
        # The customer was looked up before the touchpoint was locked, and stays out of this.
        load_references(session, (replace(after, customer_id=None),)).require(after)


def _store(
    session: Session, touchpoint: Touchpoint, values: Mapping[str, Any], now: datetime
) -> None:
    """Write another version; the row is locked, so nobody else's is in between."""
    stored = {**values, "version": touchpoint.version + 1, "updated_at": now}
    try:
        session.execute(
            update(Touchpoint)
            .where(Touchpoint.id == touchpoint.id, Touchpoint.version == touchpoint.version)
            .values(stored)
        )
    except IntegrityError as error:
        explain(error)
    session.refresh(touchpoint)


def _audit_amendment(
    session: Session, touchpoint_id: UUID, before: Draft, after: Draft, changed: list[str]
) -> None:
    audit.record(
        session,
        "touchpoint.amended",
        ("touchpoint", touchpoint_id),
        before={name: getattr(before, name) for name in changed},
        after={name: getattr(after, name) for name in changed},
    )
