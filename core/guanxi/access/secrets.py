"""Secrets at rest: an encryption key of the installation, and hashes of tokens."""

import base64
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from guanxi.errors import ConfigError


class SecretsBox:
    """Encrypts what must be read again (mail passwords, TOTP seeds).

    The keys stand in ``home/secret.key``, newest first, one per line; all of them decrypt.
    """

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = keys
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @property
    def signing_key(self) -> str:
        """The key for signed cookies and links, derived from the newest key."""
        return sha256(b"guanxi-signing" + self._keys[0]).hexdigest()

    def encrypt(self, plain: str) -> str:
        """Return the text that may be stored."""
        return self._fernet.encrypt(plain.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """Return the secret.

        :raises ConfigError: it was encrypted with a key that is no longer in the file.
        """
        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except InvalidToken:
            raise ConfigError(
                "A stored secret cannot be read: its key is missing from secret.key. "
                "Put the old key back, or enter the secret again."
            ) from None


def open_box(home: Path, configured: str = "") -> SecretsBox:
    """Open the box of an installation; a new one gets a fresh key in a private file.

    :param configured: ``Config.secret_key``, used instead of the file where given.
    :raises ConfigError: the configured key is too short.
    """
    if configured:
        if len(configured) < 32:
            raise ConfigError("secret_key needs at least 32 characters.")
        return SecretsBox([_as_fernet_key(configured)])
    path = home / "secret.key"
    if not path.exists():
        _create(path)
    return SecretsBox([line for line in path.read_bytes().split() if line])


def new_token(prefix: str) -> str:
    """Return a random token of 256 bits; ``prefix`` lets secret scanners recognise it."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> bytes:
    """Return what is stored of a token. Random 256-bit values need no slow hash."""
    return sha256(token.encode()).digest()


def _as_fernet_key(configured: str) -> bytes:
    return base64.urlsafe_b64encode(sha256(configured.encode()).digest())


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
