"""``Idempotency-Key``: the same key and body get the first answer again.

Another body under the same key is 422, a key whose first request still runs is 409. Keys belong
to whoever asks and are kept for four days.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

from flask import Request, make_response
from flask.wrappers import Response
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from guanxi.db.locks import try_lock
from guanxi.db.write import Actor, write_context
from guanxi.errors import Conflict, Invalid
from guanxi.http.models import IdempotentAnswer

ANONYMOUS = Actor("system", "anonymous")
KEPT_FOR = timedelta(hours=96)
MAX_KEY = 255
_AT_ONCE = 1 << 20
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its owner and the digest of what was asked."""

    principal: str
    value: str
    digest: bytes


def key_of(request: Request) -> Key | None:
    """Return the request's key, or None without one.

    :raises Invalid: an empty or overlong key.
    """
    from guanxi.http import current  # noqa: PLC0415 -- current depends on the transaction

    value = request.headers.get("Idempotency-Key")
    if value is None:
        return None
    if not 1 <= len(value) <= MAX_KEY or not value.isprintable():
        raise Invalid("Idempotency-Key has 1 to 255 printable characters.")
    principal = current.principal_or_none()
    owner = str(principal.token_id or principal.user_id) if principal else "anonymous"
    return Key(owner, value, _digest(request))


def _digest(request: Request) -> bytes:
    """Return what stands for the whole request. A file counts by what is in it.

    An upload's boundary is another each time, and the file may be larger than the memory.
    """
    digest = blake2b(
        b"\0".join((request.method.encode(), request.full_path.encode())), digest_size=32
    )
    if request.mimetype != "multipart/form-data":
        digest.update(b"\0" + request.get_data())
        return digest.digest()
    digest.update(repr(sorted(request.form.items(multi=True))).encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        digest.update(repr((name, file.filename)).encode())
        while chunk := file.stream.read(_AT_ONCE):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.digest()


def begin(session: Session, key: Key) -> Response | None:
    """Claim ``key`` for this transaction, or return the answer that it already got.

    :raises Conflict: the first request with this key has not finished.
    :raises Invalid: the key was used for something else.
    """
    if not try_lock(session, "idempotency", key.principal, key.value):
        raise Conflict("A request with this Idempotency-Key is still running. Try again shortly.")
    found = session.execute(
        select(
            IdempotentAnswer.request_hash,
            IdempotentAnswer.status,
            IdempotentAnswer.headers,
            IdempotentAnswer.body,
        ).where(IdempotentAnswer.principal == key.principal, IdempotentAnswer.key == key.value)
    ).one_or_none()
    if found is None:
        return None
    if found.request_hash != key.digest:
        raise Invalid("This Idempotency-Key was used for another request. Use a new one.")
    response = make_response(found.body, found.status)
    response.headers.update(found.headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def keep(session: Session, key: Key, response: Response) -> None:
    """Store the answer in the transaction that it tells about."""
    session.execute(
        insert(IdempotentAnswer).values(
            principal=key.principal,
            key=key.value,
            request_hash=key.digest,
            status=response.status_code,
            headers={k: response.headers[k] for k in _KEPT_HEADERS if k in response.headers},
            body=response.get_data(),
            created_at=write_context(session).now,
        )
    )


def forget_old(session: Session) -> None:
    """Delete answers past their time; a nightly job."""
    limit = write_context(session).now - KEPT_FOR
    session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < limit))
