"""How codes look, and what is stored of them: a keyed hash, never the code itself.

A code has at least 12 characters of 32 that nobody confuses (no 0, O, 1, I): 60 bits or more.
"""

import hmac
import os
import secrets
import unicodedata
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Refused
from guanxi_loyalty.models import Secret
from guanxi_loyalty.texts import N_

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SHORTEST: Final = 12
LONGEST: Final = 40
_NAME: Final = "codes"
_NONE: Final = bytes(32)
_MOST_TYPED: Final = 200


class NotUsable(Refused):
    """The one answer to a code that does not work: unknown, run out, used up or blocked."""

    code = "code_not_usable"

    def __init__(self) -> None:
        super().__init__(N_("This code cannot be used."))


def draw(length: int = 16) -> str:
    """Return a random code of ``length`` characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def derive(secret: bytes, what: str) -> str:
    """Return the code that follows from ``what`` under the installation's secret (HMAC-SHA-256)."""
    digest = hmac.digest(secret, b"derive:" + what.encode(), "sha256")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:16])


def normalise(typed: str) -> str:
    """Return a code as it is hashed: capitals, without spaces, hyphens and full-width forms."""
    plain = unicodedata.normalize("NFKC", typed[:_MOST_TYPED]).upper()
    return "".join(one for one in plain if one.isalnum())


def spaced(code: str) -> str:
    """Return a code as people read it, in groups of four."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def pepper(session: Session, *, make: bool = False) -> bytes:
    """Return the installation's secret for codes; zeros where no code was ever made.

    :param make: there are going to be codes, so make it if there is none.
    """
    wanted = select(Secret.value).where(Secret.name == _NAME)
    found = session.scalar(wanted)
    if found is None and make:
        values = {"name": _NAME, "value": os.urandom(32)}
        session.execute(insert(Secret).values(values).on_conflict_do_nothing())
        found = session.scalar(wanted)
    return bytes(found) if found is not None else _NONE


def hash_code(key: bytes, typed: str) -> bytes:
    """Return what is stored of a code: HMAC-SHA-256 (RFC 2104) under the installation's secret."""
    return hmac.digest(key, normalise(typed).encode(), "sha256")
