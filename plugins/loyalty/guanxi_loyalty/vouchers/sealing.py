"""Keep codes in an envelope until they are fetched (封存): the database alone cannot open it.

Each envelope is sealed for a batch's public key: X25519 (RFC 7748) with a key pair of its own,
HKDF-SHA-256 (RFC 5869), ChaCha20-Poly1305 (RFC 8439).
"""

import os
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY: Final = 32
_NONCE: Final = 12
_PURPOSE: Final = b"guanxi loyalty codes"


def new_pair() -> tuple[bytes, bytes]:
    """Return a public key to seal with, and the private one that opens."""
    private = X25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), private.private_bytes_raw()


def seal(public_key: bytes, plain: bytes) -> bytes:
    """Return ``plain`` in an envelope."""
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public_key))
    mine, nonce = once.public_key().public_bytes_raw(), os.urandom(_NONCE)
    return mine + nonce + ChaCha20Poly1305(_derive(shared, mine)).encrypt(nonce, plain, None)


def unseal(private_key: bytes, sealed: bytes) -> bytes:
    """Return what is in an envelope.

    :raises cryptography.exceptions.InvalidTag: the key is another's, or a byte was changed.
    """
    theirs, nonce = sealed[:_KEY], sealed[_KEY : _KEY + _NONCE]
    private = X25519PrivateKey.from_private_bytes(private_key)
    shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
    found = ChaCha20Poly1305(_derive(shared, theirs))
    return found.decrypt(nonce, sealed[_KEY + _NONCE :], None)


def _derive(shared: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), _KEY, salt, _PURPOSE).derive(shared)
