"""Which columns of the customer list a user chose last."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.customers.models import CustomerListChoice


def chosen_columns(session: Session, user_id: UUID) -> Sequence[str]:
    """Return the attributes by key, or nothing where none were chosen."""
    chosen = session.scalar(
        select(CustomerListChoice.columns).where(CustomerListChoice.user_id == user_id)
    )
    return [str(key) for key in chosen or ()]


def remember_columns(session: Session, user_id: UUID, columns: Sequence[str]) -> None:
    """Keep the choice for the next time; nothing chosen brings back the usual ones."""
    new = insert(CustomerListChoice).values(user_id=user_id, columns=list(columns))
    session.execute(
        new.on_conflict_do_update(
            index_elements=["user_id"], set_={"columns": new.excluded["columns"]}
        )
    )
