"""Keep the search tokens of a customer in step with its names and identities."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from guanxi.customers.domain.identities import Identity, IdentityKind
from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES, tokens_of


def refresh_tokens(session: Session, customer_ids: Collection[UUID]) -> None:
    """Write the tokens anew, whoever asks; nothing else about the customers changes.

    A customer is also found under the names of those merged into it.
    """
    session.flush()
    for customer_id in customer_ids:
        tokens = tokens_of(_names(session, customer_id), _identities(session, customer_id))
        session.execute(
            update(CUSTOMERS).where(CUSTOMERS.c.id == customer_id).values(search_tokens=tokens)
        )


def _names(session: Session, customer_id: UUID) -> list[str]:
    c = CUSTOMERS.c
    rows = session.execute(
        select(c.display_name)
        .where(or_(c.id == customer_id, c.merged_into == customer_id))
        .order_by(c.id != customer_id, c.id)
    )
    return list(dict.fromkeys(name for (name,) in rows))


def _identities(session: Session, customer_id: UUID) -> list[Identity]:
    c = IDENTITIES.c
    rows = session.execute(
        select(c.kind, c.source, c.value, c.display)
        .where(c.customer_id == customer_id)
        .order_by(c.created_at, c.id)
    )
    return [Identity(IdentityKind(kind), *rest) for kind, *rest in rows]
