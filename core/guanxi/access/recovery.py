"""Recovery codes: ten codes on paper that stand in for the phone, each once."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.models import RecoveryCode
from guanxi.access.secrets import token_hash

NUMBER = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that look alike on paper."""
_LENGTH = 12
"""Of 31 characters each: 59 bits, and tries are throttled."""


def new_codes(session: Session, user_id: UUID, *, now: datetime) -> list[str]:
    """Make ten codes in place of all earlier ones; this is the only time they can be seen."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(NUMBER)]
    rows = [
        {"code_hash": token_hash(code), "user_id": user_id, "created_at": now} for code in codes
    ]
    session.execute(insert(RecoveryCode), rows)
    audit.record(session, "user.recovery_codes_made", ("user", user_id), after={"codes": NUMBER})
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def use_code(session: Session, user_id: UUID, code: str) -> bool:
    """Use a code up and say whether there was one; of two at once one wins."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    query = delete(RecoveryCode).where(
        RecoveryCode.user_id == user_id, RecoveryCode.code_hash == token_hash(plain)
    )
    return session.execute(query.returning(RecoveryCode.user_id)).one_or_none() is not None


def forget_codes(session: Session, user_id: UUID) -> None:
    """Delete the codes of somebody whose second factor is switched off."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def codes_left(session: Session, user_id: UUID) -> int:
    """Return how many codes are unused."""
    query = select(func.count()).where(RecoveryCode.user_id == user_id)
    return session.execute(query).scalar_one()
