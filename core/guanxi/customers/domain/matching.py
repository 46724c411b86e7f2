"""Find suggested duplicates: for one customer or draft at once, for all in the nightly job.

Every customer has numbers in ``customer_match_keys``; those who share one are candidates and
are scored. The job looks only at customers that changed since it last saw them, a chunk per
transaction, so it can be stopped and goes on where it was.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Select, Table, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import array, insert
from sqlalchemy.orm import Session

from guanxi.customers.domain.duplicates import SUGGEST_AT, Match, Record, comparable, compare
from guanxi.customers.domain.duplicates.keys import MAX_BLOCK
from guanxi.customers.domain.match_records import key_numbers, stored_records
from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.customers.domain.suggestions import Found, record_found
from guanxi.customers.models import CustomerMatchKeys

CHUNK: Final = 500
NOBODY: Final = UUID(int=0)
"""Lies before every id."""
_KEYS: Final[Table] = CustomerMatchKeys.__table__  # type: ignore[assignment]
_POPULATION: Final = text(
    "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'customers'::regclass"
)


def similar_to(
    session: Session, record: Record, *, other_than: UUID | None = None, limit: int = 5
) -> list[tuple[UUID, Match]]:
    """Return who may be the same as ``record``, the likeliest first, whoever asks.

    Show no more of them than the row rule allows.
    """
    holders = _holders(session, key_numbers(record))
    candidates = {one for group in holders.values() for one in group} - {other_than}
    records = stored_records(session, candidates)
    population = population_of(session)
    mine = comparable(record)
    matches = [
        (customer_id, compare(mine, comparable(other), population))
        for customer_id, other in records.items()
    ]
    likely = [one for one in matches if one[1].score >= SUGGEST_AT]
    return sorted(likely, key=lambda one: -one[1].score)[:limit]


def find_for(session: Session, customer_id: UUID, *, now: datetime) -> int:
    """Look for duplicates of one customer and write them down; return how many are open."""
    return _look_at(session, [customer_id], now)


def find_changed(
    session: Session, *, after: UUID = NOBODY, limit: int = CHUNK, now: datetime
) -> UUID | None:
    """Look at up to ``limit`` customers that changed since they were last looked at.

    Customers are taken in the order of their ids, behind ``after``. Returns the last id looked
    at, to go on from, or None when all are done.
    """
    changed = session.scalars(_changed(after, limit)).all()
    if not changed:
        return None
    _look_at(session, changed, now)
    return changed[-1]


def population_of(session: Session) -> int:
    """Return about how many customers there are, from the statistics; counting would take long."""
    return int(session.execute(_POPULATION).scalar_one())


def _changed(after: UUID, limit: int) -> Select[UUID]:
    c = CUSTOMERS.c
    return (
        select(c.id)
        .outerjoin(_KEYS, _KEYS.c.customer_id == c.id)
        .where(c.id > after, c.merged_into.is_(None), c.erased_at.is_(None))
        .where(func.coalesce(_KEYS.c.version, 0) < c.version)
        .order_by(c.id)
        .limit(limit)
    )


def _look_at(session: Session, customer_ids: Collection[UUID], now: datetime) -> int:
    records = stored_records(session, customer_ids)
    keys = {customer_id: key_numbers(record) for customer_id, record in records.items()}
    _store_keys(session, {one: keys.get(one, ()) for one in customer_ids})
    holders = _holders(session, {key for numbers in keys.values() for key in numbers})
    pairs = {
        (one, other) if one < other else (other, one)
        for one, numbers in keys.items()
        for key in numbers
        for other in holders.get(key, ())
        if one != other
    }
    return record_found(session, _likely(session, records, pairs), now=now)


def _likely(
    session: Session, records: Mapping[UUID, Record], pairs: Collection[tuple[UUID, UUID]]
) -> Iterator[Found]:
    others = {one for pair in pairs for one in pair} - records.keys()
    known = {**records, **stored_records(session, others)}
    ready = {customer_id: comparable(record) for customer_id, record in known.items()}
    population = population_of(session)
    for one, other in sorted(pairs):
        if one in ready and other in ready:
            match = compare(ready[one], ready[other], population)
            if match.score >= SUGGEST_AT:
                yield Found(one, other, match)


def _store_keys(session: Session, keys: Mapping[UUID, Sequence[int]]) -> None:
    versions = session.execute(
        select(CUSTOMERS.c.id, CUSTOMERS.c.version).where(CUSTOMERS.c.id.in_(keys))
    )
    rows = [
        {"customer_id": customer_id, "keys": list(keys[customer_id]), "version": version}
        for customer_id, version in versions
    ]
    if not rows:
        return
    new = insert(_KEYS)
    again = {"keys": new.excluded["keys"], "version": new.excluded.version}
    session.execute(new.on_conflict_do_update(index_elements=["customer_id"], set_=again), rows)


def _holders(session: Session, keys: Collection[int]) -> Mapping[int, list[UUID]]:
    """Return who has which key; a key that very many share says nothing and is left out."""
    wanted = func.unnest(cast(literal(sorted(keys), ARRAY(BigInteger)), ARRAY(BigInteger)))
    asked = wanted.table_valued("key", name="asked").render_derived()
    same = (
        select(_KEYS.c.customer_id)
        .where(_KEYS.c["keys"].contains(array([asked.c.key])))
        .limit(MAX_BLOCK + 1)
        .lateral("same")
    )
    found: dict[int, list[UUID]] = {}
    for key, customer_id in session.execute(
        select(asked.c.key, same.c.customer_id).join(same, literal(value=True))
    ):
        found.setdefault(key, []).append(customer_id)
    return {key: group for key, group in found.items() if len(group) <= MAX_BLOCK}
