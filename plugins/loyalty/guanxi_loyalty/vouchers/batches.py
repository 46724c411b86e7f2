"""Codes made together (批次): few at once, many in the background; seen or fetched once, then gone.

Serial numbers are set aside when a batch is asked for, so that a batch is a range of them, and a
run that was killed goes on where it stopped.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, NotFound, record, run_job
from guanxi_loyalty.models import CodeBatch, CodeSet, SealedCodes
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.making import BATCH, MadeCode, check_bulk, make_serials, set_aside
from guanxi_loyalty.vouchers.sealing import new_pair, seal, unseal
from guanxi_loyalty.vouchers.secrecy import draw

AT_ONCE: Final = 100
"""So many are made while one waits, and shown; more are made in the background, and fetched."""
JOB: Final = "codes"
KEPT_FOR: Final = timedelta(days=7)

_BLOCK: Final = text(
    """
    UPDATE loyalty_codes SET blocked = true
    WHERE set_id = :set AND serial >= :first AND serial < :end AND used = 0 AND NOT blocked
    """
)


class Box(Protocol):
    """What encrypts under the installation's key, which is in no database."""

    def encrypt(self, plain: str) -> str:
        """Return what only this installation can read."""

    def decrypt(self, encrypted: str) -> str:
        """Return it in clear."""


@dataclass(frozen=True, slots=True)
class BatchAsk:
    """Which codes are wanted; ``id`` makes them be made once."""

    id: UUID
    count: int
    length: int
    now: datetime
    by: str


def ask_codes(
    session: Session, found: CodeSet, ask: BatchAsk, box: Box
) -> tuple[CodeBatch, Sequence[MadeCode]]:
    """Make codes at once if they are few, and return them; otherwise let the job make them.

    The same ``id`` again gives the batch of the first time, and no codes.

    :raises Invalid: too many, too short, or the set has one shared code.
    :raises Conflict: the id was used for something else.
    """
    check_bulk(found, ask.count, ask.length)
    few = ask.count <= AT_ONCE
    public, private = (None, None) if few else new_pair()
    values = {
        "id": ask.id,
        "set_id": found.id,
        "first_serial": 0,
        "count": ask.count,
        "length": ask.length,
        "public_key": public,
        "private_key": None if private is None else box.encrypt(base64.b64encode(private).decode()),
        "asked_at": ask.now,
        "asked_by": ask.by,
    }
    added = insert(CodeBatch).values(values).on_conflict_do_nothing().returning(CodeBatch)
    batch = session.scalars(added).one_or_none()
    if batch is None:
        return _first(session, found, ask), []
    batch.first_serial = set_aside(session, found, ask.count) + 1
    record(
        session, "loyalty.codes_made", ("loyalty_code_set", found.key), after={"count": ask.count}
    )
    if few:
        made = _make(session, found, batch, ask.count, now=ask.now)
        batch.state, batch.fetched_at = "fetched", ask.now
        session.flush()
        return batch, made
    session.flush()
    run_job(session, "loyalty", JOB)
    return batch, []


def make_some(
    session: Session, *, now: datetime, drawing: Callable[[int], str] = draw, most: int = BATCH
) -> int:
    """Make a part of the batch that has waited longest; return how many codes were made.

    Call it, a transaction each time, until it returns 0.

    :param drawing: where codes of a length come from, for tests.
    """
    batch = session.scalars(
        select(CodeBatch)
        .where(CodeBatch.state == "making")
        .order_by(CodeBatch.asked_at, CodeBatch.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if batch is None:
        return 0
    found = session.get_one(CodeSet, batch.set_id)
    first = batch.first_serial + batch.made
    part = min(most, batch.count - batch.made)
    made = _make(session, found, batch, part, now=now, drawing=partial(drawing, batch.length))
    assert batch.public_key is not None  # noqa: S101 -- what is made in the background has one
    plain = "\n".join(one.code for one in made).encode()
    sealed = seal(batch.public_key, plain)
    session.add(SealedCodes(batch_id=batch.id, first_serial=first, sealed=sealed))
    batch.state = "ready" if batch.made == batch.count else "making"
    session.flush()
    return part


def find_batch(session: Session, found: CodeSet, batch_id: UUID) -> CodeBatch:
    """Return a batch of a set.

    :raises NotFound: there is none.
    """
    batch = session.get(CodeBatch, batch_id, populate_existing=True)
    if batch is None or batch.set_id != found.id:
        raise NotFound(N_("There is no such batch of codes."))
    return batch


def fetch(
    session: Session, found: CodeSet, batch: CodeBatch, box: Box, *, now: datetime
) -> Iterator[tuple[int, str]]:
    """Take the codes of a batch out, with their serial numbers. Nobody can do it again.

    :raises Conflict: it is not ready, or was fetched before.
    """
    session.refresh(batch, with_for_update=True)
    if batch.state == "making":
        raise Conflict(N_("These codes are still being made."))
    if batch.state != "ready" or batch.private_key is None:
        raise Conflict(N_("These codes were fetched before; nobody can see them again."))
    private = base64.b64decode(box.decrypt(batch.private_key))
    parts = session.execute(
        delete(SealedCodes)
        .where(SealedCodes.batch_id == batch.id)
        .returning(SealedCodes.first_serial, SealedCodes.sealed)
    ).all()
    batch.state, batch.fetched_at, batch.private_key = "fetched", now, None
    session.flush()
    after = {"count": batch.count, "first_serial": batch.first_serial}
    record(session, "loyalty.codes_fetched", ("loyalty_code_set", found.key), after=after)
    return _opened(private, sorted((row.first_serial, row.sealed) for row in parts))


def block_batch(session: Session, found: CodeSet, batch: CodeBatch, reason: str) -> int:
    """Let none of a batch's codes work that was not used; return how many that were.

    :raises Conflict: they are still being made.
    """
    session.refresh(batch, with_for_update=True)
    if batch.state == "making":
        raise Conflict(N_("These codes are still being made."))
    session.execute(delete(SealedCodes).where(SealedCodes.batch_id == batch.id))
    values = {"set": found.id, "first": batch.first_serial}
    blocked = session.execute(_BLOCK, {**values, "end": batch.first_serial + batch.count})
    batch.state, batch.private_key = "blocked", None
    session.flush()
    count = int(blocked.rowcount)  # type: ignore[attr-defined]
    after = {"blocked": count, "first_serial": batch.first_serial, "reason": reason}
    record(session, "loyalty.codes_blocked", ("loyalty_code_set", found.key), after=after)
    return count


def block_unfetched(session: Session, *, now: datetime, limit: int = 10) -> int:
    """Block batches that nobody fetched in time: their codes are with nobody; return how many."""
    late = session.scalars(
        select(CodeBatch)
        .where(CodeBatch.state == "ready", CodeBatch.asked_at <= now - KEPT_FOR)
        .order_by(CodeBatch.asked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for batch in late:
        block_batch(session, session.get_one(CodeSet, batch.set_id), batch, "not fetched")
    return len(late)


def _opened(private: bytes, parts: Sequence[tuple[int, bytes]]) -> Iterator[tuple[int, str]]:
    for first, sealed in parts:
        yield from enumerate(unseal(private, sealed).decode().split("\n"), first)


def _make(
    session: Session,
    found: CodeSet,
    batch: CodeBatch,
    count: int,
    *,
    now: datetime,
    drawing: Callable[[], str] | None = None,
) -> Sequence[MadeCode]:
    first = batch.first_serial + batch.made
    source = drawing or partial(draw, batch.length)
    made = make_serials(session, found, range(first, first + count), source, now=now)
    batch.made += count
    return made


def _first(session: Session, found: CodeSet, ask: BatchAsk) -> CodeBatch:
    batch = session.get_one(CodeBatch, ask.id)
    if (batch.set_id, batch.count, batch.length) != (found.id, ask.count, ask.length):
        raise Conflict(N_("This was asked for before with other numbers. Open the page again."))
    return batch
