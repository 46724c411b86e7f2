"""Make codes in bulk (批量生成): random, in batches, and whole whatever collides.

The codes themselves are returned once, to be handed out or exported; the database keeps hashes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused, new_id, record
from guanxi_loyalty.models import CodeSet
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.secrecy import LONGEST, SHORTEST, draw, hash_code, pepper

MOST: Final = 200_000
BATCH: Final = 10_000
TRIES: Final = 100
"""Batches in a row that brought nothing new: the codes are too short for so many."""

_ROOM = text(
    "UPDATE loyalty_code_sets SET made = made + :count WHERE id = :set RETURNING made - :count"
)
_INSERT = text(
    """
    INSERT INTO loyalty_codes (id, set_id, serial, code_hash, customer_id, use_limit, valid_to,
        made_at)
    SELECT new.id, :set, new.serial, new.hash, :customer, :limit, :valid_to, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:serials AS bigint[]), CAST(:hashes AS bytea[]))
        AS new (id, serial, hash)
    ON CONFLICT (code_hash) DO NOTHING RETURNING code_hash, id
    """
)


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code, to be seen this once."""

    id: UUID
    serial: int
    code: str


def make_bulk(
    session: Session,
    found: CodeSet,
    count: int,
    *,
    now: datetime,
    length: int = 16,
    drawing: Callable[[], str] | None = None,
) -> list[MadeCode]:
    """Make ``count`` codes, batch by batch, and return them.

    Each works once, or as often as the set's ``code_limit`` says.

    :param drawing: where the codes come from, for tests.
    :raises Invalid: too many, too short, or the set has one shared code.
    """
    check_bulk(found, count, length)
    subject = ("loyalty_code_set", found.key)
    record(session, "loyalty.codes_made", subject, after={"count": count})
    return _make(session, found, count, drawing or partial(draw, length), now=now)


def check_bulk(found: CodeSet, count: int, length: int) -> None:
    """Refuse to make codes that there cannot be.

    :raises Invalid: too many, too short, or the set has one shared code.
    """
    if found.kind != "bulk":
        raise Invalid(N_("This set has one code for all."))
    if type(count) is not int or not 0 < count <= MOST:
        raise Invalid(N_("Make 1 to %(most)s codes at a time."), most=MOST, fields={"count": []})
    if not SHORTEST <= length <= LONGEST:
        raise Invalid(
            N_("A code has %(least)s to %(most)s characters."),
            least=SHORTEST,
            most=LONGEST,
            fields={"length": []},
        )


def make_personal(
    session: Session,
    found: CodeSet,
    customer_id: UUID,
    *,
    now: datetime,
    valid_to: datetime | None = None,
) -> MadeCode:
    """Make one code that only ``customer_id`` can use.

    :raises Invalid: the set has one shared code.
    """
    if found.kind != "bulk":
        raise Invalid(N_("This set has one code for all."))
    made = _make(session, found, 1, draw, now=now, customer_id=customer_id, valid_to=valid_to)
    return made[0]


def _make(
    session: Session,
    found: CodeSet,
    count: int,
    drawing: Callable[[], str],
    *,
    now: datetime,
    customer_id: UUID | None = None,
    valid_to: datetime | None = None,
) -> list[MadeCode]:
    serial = set_aside(session, found, count)
    return make_serials(
        session,
        found,
        range(serial + 1, serial + count + 1),
        drawing,
        now=now,
        customer_id=customer_id,
        valid_to=valid_to,
    )


def set_aside(session: Session, found: CodeSet, count: int) -> int:
    """Set serial numbers aside for ``count`` codes; return the last one before them."""
    return int(session.execute(_ROOM, {"set": found.id, "count": count}).scalar_one())


def make_serials(
    session: Session,
    found: CodeSet,
    numbers: Sequence[int],
    drawing: Callable[[], str],
    *,
    now: datetime,
    customer_id: UUID | None = None,
    valid_to: datetime | None = None,
) -> list[MadeCode]:
    """Make a code for each of these serial numbers, in their order.

    :raises Refused: there are not so many codes of that length.
    """
    key = pepper(session, make=True)
    shared: dict[str, Any] = {
        "set": found.id,
        "customer": customer_id,
        "limit": found.code_limit or 1,
    }
    shared |= {"valid_to": valid_to, "now": now}
    done: list[MadeCode] = []
    serials, misses = list(reversed(numbers)), 0
    while serials:
        drawn = (drawing() for _ in range(min(len(serials), BATCH)))
        codes = {hash_code(key, code): code for code in drawn}
        offered = dict(zip(codes, reversed(serials[-len(codes) :]), strict=True))
        new = {"ids": [new_id() for _ in codes], "serials": list(offered.values())}
        rows = session.execute(_INSERT, {**shared, **new, "hashes": list(codes)}).all()
        made = {bytes(row.code_hash): row.id for row in rows}
        del serials[-len(codes) :]
        serials += sorted((offered[one] for one in codes.keys() - made.keys()), reverse=True)
        misses = 0 if made else misses + 1
        if misses == TRIES:
            raise Refused(N_("There are not so many codes of this length. Make longer ones."))
        done += [MadeCode(id_, offered[hash_], codes[hash_]) for hash_, id_ in made.items()]
    return sorted(done, key=lambda one: one.serial)
