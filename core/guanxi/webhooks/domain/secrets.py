"""Secrets and signatures after the Standard Webhooks specification (symmetric, ``v1``)."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook

_BYTES: Final = 32


def new_secret() -> str:
    """Return a fresh secret as receivers enter it: ``whsec_`` and Base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def signed_headers(
    message_id: str, body: str, signing: Iterable[str], *, at: datetime
) -> dict[str, str]:
    """Return the headers of one delivery; each of the secrets signs.

    :param at: the instant of this try, aware; receivers accept five minutes of difference.
    """
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in signing]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
