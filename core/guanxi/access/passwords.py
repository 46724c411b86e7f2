"""Passwords: argon2id hashes, and what counts as a good one."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from guanxi.errors import Invalid

MIN_LENGTH = 12
MAX_LENGTH = 200
MIN_STRENGTH = 3
"""On zxcvbn's scale from 0 to 4; 3 needs more than 10^8 guesses (Wheeler 2016)."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane."""

_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Say whether ``password`` is right; takes as long where no hash is stored."""
    try:
        _hasher.verify(stored or _NOBODY, password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def check_password(password: str, *about: str) -> None:
    """Refuse a password that is short or easy to guess.

    :param about: the person's name and e-mail, which must not be what it is made of.
    :raises Invalid: with what to do.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid(
            "A password has %(least)s to %(most)s characters.", least=MIN_LENGTH, most=MAX_LENGTH
        )
    if zxcvbn(password[:72], user_inputs=list(about))["score"] < MIN_STRENGTH:
        raise Invalid("This password is easy to guess. Four unrelated words make a good one.")
