"""The second factor: time-based codes (TOTP, RFC 6238) from an app on the phone.

Seeds are encrypted by the secrets box. A code counts once: the time step that was used last is
remembered, so that somebody looking over the shoulder gains nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access import recovery, throttle
from guanxi.access.models import User
from guanxi.access.secrets import SecretsBox
from guanxi.errors import Conflict, Invalid

ISSUER = "Guanxi"
STEP = 30
"""Seconds per code, as RFC 6238 recommends."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A seed not yet confirmed, and the address that authenticator apps read from a QR code."""

    seed: str
    address: str


def is_on(session: Session, user_id: UUID) -> bool:
    """Say whether somebody has set up a second factor."""
    query = select(User.totp_secret.is_not(None)).where(User.id == user_id)
    return session.execute(query).scalar_one()


def begin_enrolment(email: str) -> Enrolment:
    """Make a seed to be shown once; nothing is stored until a code confirms it."""
    seed = pyotp.random_base32()
    return Enrolment(seed, pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=ISSUER))


def confirm_enrolment(
    session: Session, box: SecretsBox, user_id: UUID, seed: str, code: str, *, now: datetime
) -> None:
    """Store the seed if ``code`` fits it.

    :raises Invalid: the code does not fit.
    """
    step = _matching_step(seed, code, now)
    if step is None:
        raise _wrong()
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(totp_secret=box.encrypt(seed).encode(), totp_last_step=step)
    )
    audit.record(session, "user.totp_on", ("user", user_id))


def switch_off(session: Session, user_id: UUID) -> None:
    """Forget seed and recovery codes; only the password is asked for from now on."""
    recovery.forget_codes(session, user_id)
    session.execute(
        update(User).where(User.id == user_id).values(totp_secret=None, totp_last_step=None)
    )
    audit.record(session, "user.totp_off", ("user", user_id))


def check_code(
    session: Session, box: SecretsBox, user_id: UUID, code: str, *, now: datetime
) -> None:
    """Accept a code of the phone, or a recovery code, once.

    :raises TooManyRequests: too many wrong codes.
    :raises Invalid: wrong, or used before.
    """
    keys = (f"code:{user_id}",)
    connection = session.connection()
    throttle.check(connection, keys, now=now)
    stored = session.execute(select(User.totp_secret).where(User.id == user_id)).scalar_one()
    step = _matching_step(box.decrypt(stored.decode()), code, now) if stored else None
    if step is None and stored and recovery.use_code(session, user_id, code):
        throttle.forgive(connection, keys)
        return
    if step is None:
        throttle.count_failure(connection, keys, now=now)
        raise _wrong()
    fresh = session.execute(
        update(User)
        .where(User.id == user_id)
        .where(or_(User.totp_last_step.is_(None), User.totp_last_step < step))
        .values(totp_last_step=step)
        .returning(User.id)
    ).one_or_none()
    if fresh is None:
        raise Conflict("This code was used before. Wait for the next one.")
    throttle.forgive(connection, keys)


def _matching_step(seed: str, code: str, now: datetime) -> int | None:
    digits = code.replace(" ", "")
    current = int(now.timestamp()) // STEP
    generator = pyotp.TOTP(seed)
    for step in (current, current - 1, current + 1):
        if len(digits) == 6 and pyotp.utils.strings_equal(generator.at(step * STEP), digits):
            return step
    return None


def _wrong() -> Invalid:
    return Invalid("This code is not right. Check that the phone's clock is.")
