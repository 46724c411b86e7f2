"""Tokens of personal links (个人链接): signed, so that none can be made up, and with an end.

They name an invitation, a survey and a customer. Whether the invitation still stands is for
``sending`` to say; here only what the token itself tells is read.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from itsdangerous import BadSignature, Signer

from guanxi.sdk import current

_SALT: Final = "surveys-personal-link"
_FORM: Final = struct.Struct(">16s16s16sQ")
_LONGEST: Final = 200
_INVITED: Final = UUID("0b9f6c0e-5a55-4d3c-9a50-5f0f3f1c7a11")
"""The name space of submissions that belong to an invitation."""


@dataclass(frozen=True, slots=True)
class Personal:
    """What a personal link says."""

    invitation_id: UUID
    survey_id: UUID
    customer_id: UUID
    expires_at: datetime

    @property
    def submission(self) -> UUID:
        """Return the one submission of this invitation, on whatever device it is opened."""
        return uuid5(_INVITED, self.invitation_id.hex)


def personal_token(
    invitation_id: UUID,
    survey_id: UUID,
    customer_id: UUID,
    expires_at: datetime,
    *,
    key: str | None = None,
) -> str:
    """Return what stands in the address of a personal link, ``/surveys/i/<token>``.

    :param expires_at: aware; no answer is begun or finished by this link from then on.
    :param key: the installation's signing key; by default that of the app at hand.
    """
    packed = _FORM.pack(
        invitation_id.bytes, survey_id.bytes, customer_id.bytes, int(expires_at.timestamp())
    )
    return _signer(key).sign(urlsafe_b64encode(packed).rstrip(b"=")).decode()


def read_personal(token: str, *, key: str | None = None) -> Personal | None:
    """Return what a token says, its end with it; None if it was not made here."""
    if len(token) > _LONGEST:
        return None
    try:
        packed = _signer(key).unsign(token.encode())
        invitation, survey, customer, ends = _FORM.unpack(urlsafe_b64decode(packed + b"=="))
        expires_at = datetime.fromtimestamp(ends, UTC)
    except (BadSignature, ValueError, struct.error, UnicodeError, OverflowError):
        return None
    return Personal(UUID(bytes=invitation), UUID(bytes=survey), UUID(bytes=customer), expires_at)


def _signer(key: str | None) -> Signer:
    if key is None:
        key = current.platform().secrets.signing_key
    return Signer(key, salt=_SALT, digest_method=sha256)
