"""Make two customers one (合并), so that it can be taken back (``unmerging.py``).

Nothing is deleted: the merged customer stays as a row that points to the kept one, its old id
keeps working, and what was moved or set is noted. The stricter of two consents counts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.changing import touch
from guanxi.customers.domain.consents import Decision, append_decisions, history, latest
from guanxi.customers.domain.faults import ChangedMeanwhile, InvalidCustomer
from guanxi.customers.domain.lookup import living_pair
from guanxi.customers.domain.merge_fields import merged_values
from guanxi.customers.domain.merge_memberships import move_memberships
from guanxi.customers.domain.merge_plugins import ask_to_merge
from guanxi.customers.domain.moving import move_rows
from guanxi.customers.domain.stored_tokens import refresh_tokens
from guanxi.customers.domain.suggestions import settle_pair
from guanxi.customers.models import Customer, CustomerMerge
from guanxi.db import write_context
from guanxi.events.vocabulary import CustomersMerged
from guanxi.ids import new_id
from guanxi.plugins import dispatch

MERGE_EVIDENCE = "merge: the stricter of both"


def merge_customers(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    choices: Mapping[str, str] | None = None,
    *,
    now: datetime,
) -> CustomerMerge:
    """Make ``merged_id`` part of ``kept_id``.

    :param choices: ``kept`` or ``merged`` for fields of ``merge_fields.GROUPS`` and for
        ``custom.KEY``; without a choice the kept customer's value stays unless it is empty.
    :raises NoSuchCustomer: one of them is not there, or out of sight.
    :raises InvalidCustomer: they are the same or of different kinds, or a choice is unknown.
    :raises Refused: a plugin could not follow, or said no.
    """
    kept, merged = _checked_pair(session, kept_id, merged_id)
    changes = _difference(kept, merged_values(kept, merged, choices or {}))
    dispatch.check(session, "check_customer", customer=kept, changes=dict(changes[1]))
    merge = _begin(session, kept, merged, now)
    plugins = ask_to_merge(session, kept.id, merged.id, now=now)
    memberships = move_memberships(session, kept.id, merged.id, kept.kind)
    stricter = _stricter(session, kept.id, merged.id)
    move_rows(session, merge.id, merged.id, kept.id)
    added = append_decisions(session, kept.id, stricter, at=now)
    _become_one(session, kept, merged, changes[1], now)
    merge.undo = {
        "before": changes[0],
        "after": changes[1],
        "memberships": memberships,
        "consents_added": added,
        "plugins": plugins,
    }
    settle_pair(session, kept.id, merged.id, "merged")
    _announce(session, kept, merged, changes)
    return merge


def _checked_pair(session: Session, kept_id: UUID, merged_id: UUID) -> tuple[Customer, Customer]:
    kept, merged = living_pair(session, kept_id, merged_id)
    if kept.id == merged.id:
        raise InvalidCustomer("These two are one customer already.", field="merged_id")
    if merged.id != merged_id:
        raise ChangedMeanwhile(
            "This customer was merged into another meanwhile. Open it again to see which."
        )
    if kept.kind != merged.kind:
        raise InvalidCustomer(
            "A person and an organisation cannot be one customer.", field="merged_id"
        )
    return kept, merged


def _difference(kept: Customer, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return audit.difference({name: getattr(kept, name) for name in values}, values)


def _begin(session: Session, kept: Customer, merged: Customer, now: datetime) -> CustomerMerge:
    merge = CustomerMerge(
        id=new_id(),
        kept_id=kept.id,
        merged_id=merged.id,
        at=now,
        actor_name=write_context(session).actor.name,
        undo={},
    )
    session.add(merge)
    session.flush()
    return merge


def _stricter(session: Session, kept_id: UUID, merged_id: UUID) -> list[Decision]:
    """Return the withdrawals that must stand again, for a consent of the other came later."""
    mine, theirs = latest(history(session, kept_id)), latest(history(session, merged_id))
    found = []
    for key in sorted(mine.keys() & theirs.keys()):
        earlier, later = sorted((mine[key], theirs[key]), key=lambda one: (one.at, one.id))
        if later.given and not earlier.given:
            found.append(Decision(*key, given=False, evidence=MERGE_EVIDENCE))
    return found


def _become_one(
    session: Session, kept: Customer, merged: Customer, after: Mapping[str, Any], now: datetime
) -> None:
    for name, value in after.items():
        setattr(kept, name, value)
    merged.merged_into = kept.id
    merged.search_tokens = []
    touch(kept, now)
    touch(merged, now)
    refresh_tokens(session, [kept.id])


def _announce(
    session: Session,
    kept: Customer,
    merged: Customer,
    changes: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    before, after = changes
    events.append(session, CustomersMerged(customer_id=kept.id, merged_id=merged.id))
    audit.record(
        session,
        "customer.merged",
        ("customer", kept.id),
        before=before,
        after={**after, "merged": merged.id, "merged_name": merged.display_name},
    )
    audit.record(session, "customer.merged", ("customer", merged.id), after={"into": kept.id})
