"""Sign in with e-mail and password, throttled; the second factor is asked for afterwards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access import throttle
from guanxi.access.models import User
from guanxi.access.passwords import verify_password
from guanxi.errors import Invalid


@dataclass(frozen=True, slots=True)
class PasswordAccepted:
    """The password was right; ``needs_totp`` says whether a code is still missing."""

    user_id: UUID
    needs_totp: bool


def check_credentials(
    connection: Connection, email: str, password: str, address: str, *, now: datetime
) -> PasswordAccepted:
    """Check e-mail and password. Unknown people get the same answer in the same time.

    :param connection: in autocommit mode, so that failures count even if the request fails.
    :raises TooManyRequests: too many failures for this account or address.
    :raises Invalid: one of the two is wrong.
    """
    keys = (f"account:{email.strip().lower()[:254]}", f"address:{address}")
    throttle.check(connection, keys, now=now)
    user = connection.execute(
        select(User.id, User.password_hash, User.active, User.totp_secret).where(
            func.lower(User.email) == email.strip().lower()
        )
    ).one_or_none()
    right = verify_password(user.password_hash if user else None, password)
    if user is None or not right or not user.active:
        throttle.count_failure(connection, keys, now=now)
        raise Invalid("The e-mail address or the password is not right.")
    throttle.forgive(connection, keys[:1])
    return PasswordAccepted(user.id, user.totp_secret is not None)


def check_own_password(
    connection: Connection, user_id: UUID, password: str, *, now: datetime
) -> None:
    """Ask somebody who is signed in for the password again, before what a thief would want.

    :param connection: in autocommit mode, so that failures count even if the request fails.
    :raises TooManyRequests: too many failures.
    :raises Invalid: it is not right.
    """
    keys = (f"again:{user_id}",)
    throttle.check(connection, keys, now=now)
    stored = connection.execute(select(User.password_hash).where(User.id == user_id)).scalar_one()
    if not verify_password(stored, password):
        throttle.count_failure(connection, keys, now=now)
        raise Invalid("The present password is not right.")
    throttle.forgive(connection, keys)


def note_sign_in(session: Session, user_id: UUID, how: str, *, now: datetime) -> None:
    """Remember when somebody last signed in, and how, in the audit log."""
    session.execute(update(User).where(User.id == user_id).values(last_sign_in_at=now))
    audit.record(session, "user.signed_in", ("user", user_id), after={"how": how})
