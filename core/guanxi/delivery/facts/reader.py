"""The reader ``core.facts``: one function takes all its events, in the order of the log."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.models import Customer
from guanxi.delivery.facts import recount, writing
from guanxi.delivery.facts.tally import changes_of, tally_of
from guanxi.delivery.reader import Reader, kinds_for
from guanxi.events import Vocabulary
from guanxi.events.vocabulary import CustomerErased, CustomersMerged, Event

HOOKS = (
    "on_touchpoints_recorded",
    "on_touchpoints_corrected",
    "on_customers_merged",
    "on_customers_erased",
)
_Customer = tuple[UUID | None, bool]
"""Whom a customer was merged into, and whether they were erased."""


def facts_reader(vocabulary: Vocabulary) -> Reader:
    """Return the reader that keeps the core's derived tables."""
    return Reader(
        name=recount.READER,
        handlers=dict.fromkeys(HOOKS, apply),
        kinds=kinds_for(HOOKS, vocabulary),
        rebuild=recount.rebuild_facts,
        plugin=False,
        batch=1000,
    )


def apply(session: Session, events: Sequence[Event]) -> None:
    """Bring the facts up to date with ``events``."""
    moved = _regrouped(events)
    if moved:
        recount.own_lock(session)
    else:
        recount.share_lock(session)
    changes = list(changes_of(events))
    customers = _today(session, {c.customer_id for c in changes if c.customer_id is not None})
    writing.add(session, tally_of(changes, customers))
    if moved:
        affected = moved | set(_today(session, moved).values())
        recount.recount_customers(session, affected, handled=events)


def _regrouped(events: Sequence[Event]) -> set[UUID]:
    """Return the customers who were merged, parted again, or erased."""
    found: set[UUID] = set()
    for event in events:
        if isinstance(event, CustomersMerged):
            found.add(event.merged_id)
        if isinstance(event, CustomersMerged | CustomerErased) and event.customer_id is not None:
            found.add(event.customer_id)
    return found


def _today(session: Session, customers: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the customer that each one stands for today; erased and removed ones are missing."""
    known: dict[UUID, _Customer] = {}
    wanted = set(customers)
    while wanted:
        rows = session.execute(
            select(Customer.id, Customer.merged_into, Customer.erased_at.is_not(None)).where(
                Customer.id.in_(wanted)
            )
        )
        found: dict[UUID, _Customer] = {id_: (into, erased) for id_, into, erased in rows}
        known |= found
        wanted = {into for into, _ in found.values() if into is not None} - known.keys()
    ends = {start: _end(known, start) for start in customers}
    return {start: end for start, end in ends.items() if end is not None}


def _end(known: dict[UUID, _Customer], start: UUID) -> UUID | None:
    at = start
    for _ in known:
        into, erased = known.get(at, (None, True))
        if into is None:
            return None if erased else at
        at = into
    return None
