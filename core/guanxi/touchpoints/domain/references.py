"""What a batch of drafts refers to, read once: words of the lists, staff, customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from guanxi.access.models import User
from guanxi.touchpoints.domain.customers import resolve
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.faults import (
    no_such_customer,
    unknown_channel,
    unknown_kind,
    unknown_outcome,
    unknown_staff,
)
from guanxi.touchpoints.models import Channel, Outcome, TouchpointKind

_WORDS = union_all(
    select(literal("channel"), Channel.key),
    select(literal("kind"), TouchpointKind.key),
    select(literal("outcome"), Outcome.key),
)


@dataclass(frozen=True, slots=True)
class References:
    """What exists of that to which the drafts refer."""

    words: frozenset[tuple[str, str]]
    staff: frozenset[UUID]
    customers: Mapping[UUID, UUID]

    def customer_of(self, draft: Draft) -> UUID | None:
        """Return the customer that the draft is for today.

        :raises InvalidField: there is none that the session may see.
        """
        if draft.customer_id is None:
            return None
        found = self.customers.get(draft.customer_id)
        if found is None:
            raise no_such_customer()
        return found

    def require(self, draft: Draft) -> None:
        """Raise unless channel, kind, outcome and staff member exist.

        :raises InvalidField: for the first that does not.
        """
        if ("channel", draft.channel) not in self.words:
            raise unknown_channel(draft.channel)
        if ("kind", draft.kind) not in self.words:
            raise unknown_kind(draft.kind)
        if draft.outcome is not None and ("outcome", draft.outcome) not in self.words:
            raise unknown_outcome(draft.outcome)
        if draft.staff_id is not None and draft.staff_id not in self.staff:
            raise unknown_staff()


def load_references(session: Session, drafts: Sequence[Draft]) -> References:
    """Read what ``drafts`` refer to, with at most four statements; the customers are locked."""
    staff = {draft.staff_id for draft in drafts if draft.staff_id is not None}
    customers = {draft.customer_id for draft in drafts if draft.customer_id is not None}
    return References(
        words=frozenset((kind, key) for kind, key in session.execute(_WORDS)),
        staff=_existing_staff(session, staff),
        customers=resolve(session, customers) if customers else {},
    )


def _existing_staff(session: Session, ids: set[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    return frozenset(session.scalars(select(User.id).where(User.id.in_(ids))))
