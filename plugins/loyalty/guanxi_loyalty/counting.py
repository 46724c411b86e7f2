"""How often a member used something that has a limit per member, raised under the limit only."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_COUNT = text(
    """
    INSERT INTO loyalty_uses (subject_id, customer_id, used) VALUES (:subject, :customer, 1)
    ON CONFLICT (subject_id, customer_id) DO UPDATE SET used = loyalty_uses.used + 1
    WHERE loyalty_uses.used < :limit RETURNING used
    """
)
_UNCOUNT = text(
    "UPDATE loyalty_uses SET used = used - 1 "
    "WHERE subject_id = :subject AND customer_id = :customer AND used > 0"
)


def count_use(session: Session, subject_id: UUID, customer_id: UUID, limit: int) -> bool:
    """Count one more use; False, and nothing is counted, where ``limit`` is reached."""
    values = {"subject": subject_id, "customer": customer_id, "limit": limit}
    return session.execute(_COUNT, values).scalar_one_or_none() is not None


def uncount_use(session: Session, subject_id: UUID, customer_id: UUID) -> None:
    """Count one use less."""
    session.execute(_UNCOUNT, {"subject": subject_id, "customer": customer_id})
