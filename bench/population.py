"""A company of any size, the same at every call: customers, their identities, their touchpoints.

Rows are what the product's own functions make of drafts, written by COPY into tables whose
indexes are made afterwards; the derived facts come from the product's own recount. Left out are
events and audit entries: the log begins empty, as after a move from another system.

The first customer is the great one, with 10,000 touchpoints.
"""

import multiprocessing
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from guanxi.customers.domain import rows as customer_rows
from guanxi.customers.domain.identities import (
    Identity,
    normalise_email,
    normalise_external,
    normalise_phone,
)
from guanxi.customers.domain.names import display_name, sort_key
from guanxi.customers.domain.rows import (
    CUSTOMER_COLUMNS,
    CUSTOMERS,
    IDENTITIES,
    IDENTITY_COLUMNS,
)
from guanxi.db.bulk import copy_rows
from guanxi.db.database import driver_url
from guanxi.delivery.facts import counting
from guanxi.delivery.facts.recount import EVERYONE
from guanxi.demo import names as invented
from guanxi.events.vocabulary import Line
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.inserting import COLUMNS, TOUCHPOINTS, row_of
from guanxi.touchpoints.domain.stored_lines import COLUMNS as LINE_COLUMNS
from guanxi.touchpoints.domain.stored_lines import LINES, line_rows

GREAT: Final = 10_000
"""Touchpoints of the first customer."""
GREAT_NAME: Final = ("张", "三丰")
GREAT_EMAIL: Final = "zhang.sanfeng@wudang.example"
GREAT_PHONE: Final = "+8613800138000"
NOW: Final = datetime(2026, 11, 1, 8, tzinfo=UTC)
BLOCK: Final = 20_000
"""Customers drawn from one seed and written in one transaction."""
PROCESSES: Final = 2

_DAYS = 730
_COUNTRIES = ("CN", "CN", "CN", "GB", "DE", "FR", "US")
_CITIES = ("上海", "北京", "深圳", "杭州", "London", "Berlin", "Paris", "Boston")
_TAGS = ("vip", "wholesale", "newsletter", "returns")
_DOMAINS = ("qq.com", "163.com", "gmail.com", "example.com.cn")
_FIRST_STAMP = int((NOW - timedelta(days=_DAYS)).timestamp() * 1000)
_GOLDEN = 0x9E3779B97F4A7C15
"""An odd number: what is multiplied by it stays distinct and looks drawn at random."""
_CONTACTS = (("phone", "call"), ("email", "message"), ("wechat", "message"), ("store", "visit"))
_TABLES = ("customers", "customer_identities", "touchpoints", "touchpoint_lines")
_TAGS_KNOWN = text("INSERT INTO tags (name) VALUES (:name)")
_INDEXES = text(
    """
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
    WHERE i.indrelid = ANY(CAST(:tables AS regclass[])) AND c.oid IS NULL
    """
)


def fill(url: str, customers: int, touchpoints: int) -> None:
    """Fill the migrated, empty database with so many of each."""
    indexes = _drop_indexes(url)
    blocks = range(0, customers, BLOCK)
    work = [
        (url, start, min(BLOCK, customers - start), touchpoints / customers) for start in blocks
    ]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        pool.starmap(_write_block, work, chunksize=1)
    _finish(url, indexes)


def customer_id(number: int) -> UUID:
    """Return the id of a customer: version 7, in the order of the numbers."""
    return _id(number, 1)


def _id(number: int, table: int, place: int = 0) -> UUID:
    stamp = _FIRST_STAMP + number * 10
    mixed = (((number << 20) | (place << 3) | table) * _GOLDEN) & ((1 << 62) - 1)
    return UUID(int=(stamp << 80) | (7 << 76) | ((place & 0xFFF) << 64) | (2 << 62) | mixed)


def _write_block(url: str, start: int, count: int, each: float) -> None:
    rng = random.Random(f"guanxi-bench:{start}")  # noqa: S311 -- people, not secrets
    numbers = range(start, start + count)
    people = [_customer(rng, number) for number in numbers]
    found = [one for number in numbers for one in _drafts(rng, number, each)]
    found.sort(key=_occurred)  # as they come in life: a customer's lie far apart
    engine = create_engine(driver_url(url), poolclass=NullPool)
    with Session(engine) as session:
        copy_rows(session, CUSTOMERS, CUSTOMER_COLUMNS, (row for row, _ in people))
        identities = (one for _, found in people for one in found)
        copy_rows(session, IDENTITIES, IDENTITY_COLUMNS, identities)
        rows = (row_of(one, draft, draft.customer_id, draft.occurred_at) for one, draft in found)
        copy_rows(session, TOUCHPOINTS, COLUMNS, rows)
        lines = (line for one, draft in found for line in line_rows(one, draft.lines))
        copy_rows(session, LINES, LINE_COLUMNS, lines)
        session.commit()


def _occurred(found: tuple[UUID, Draft]) -> datetime:
    return found[1].occurred_at


def _customer(rng: random.Random, number: int) -> tuple[Sequence[Any], Iterable[Sequence[Any]]]:
    chinese = rng.random() < 0.5
    family, given = _name(rng, chinese=chinese)
    identities = list(_identities(rng, number))
    if number == 0:
        chinese, (family, given) = True, GREAT_NAME
        identities = [normalise_email(GREAT_EMAIL), normalise_phone(GREAT_PHONE, "CN")]
    name = display_name(family, given)
    own = customer_id(number)
    at = NOW - timedelta(days=rng.random() * _DAYS)
    values: dict[str, Any] = {
        "id": own,
        "kind": "person",
        "display_name": name,
        "family_name": family,
        "given_name": given,
        "name_order": "eastern" if chinese else "western",
        "sort_name": sort_key(family, given),
        "language": "zh" if chinese else "en",
        "country": rng.choice(_COUNTRIES),
        "city": rng.choice(_CITIES),
        "tags": [rng.choice(_TAGS)] if rng.random() < 0.2 else [],
        "custom": {},
        "source": "shop",
        "invented": True,
        "search_tokens": customer_rows.tokens_of([name], identities),
        "created_at": at,
        "updated_at": at,
    }
    row = [values.get(column) for column in CUSTOMER_COLUMNS]
    return row, (
        customer_rows.identity_row(_id(number, 2, place), own, identity, at)
        for place, identity in enumerate(identities)
    )


def _name(rng: random.Random, *, chinese: bool) -> tuple[str, str]:
    if not chinese:
        return rng.choice(invented.ENGLISH_FAMILY), rng.choice(invented.ENGLISH_GIVEN)
    # As in life, a few family names make up a large part.
    known = invented.CHINESE_FAMILY
    family = known[int(len(known) * rng.random() ** 2)]
    return family, "".join(rng.choices(invented.CHINESE_GIVEN, k=rng.choice((1, 2, 2, 2))))


def _identities(rng: random.Random, number: int) -> Iterator[Identity]:
    yield normalise_external("shop", str(100_000 + number))
    if rng.random() < 0.7:
        yield normalise_email(f"u{number:x}.{rng.randrange(1000)}@{rng.choice(_DOMAINS)}")
    if rng.random() < 0.7:
        yield normalise_phone(f"+8613{number % 10**9:09d}", "CN")


def _drafts(rng: random.Random, number: int, each: float) -> Iterator[tuple[UUID, Draft]]:
    many = GREAT if number == 0 else min(200, int(rng.expovariate(1 / each) + rng.random()))
    for place in range(many):
        at = NOW - timedelta(seconds=rng.randrange(_DAYS * 86_400))
        yield _id(number, 3, place), _draft(rng, number, place, at)


def _draft(rng: random.Random, number: int, place: int, at: datetime) -> Draft:
    own = customer_id(number)
    if rng.random() < 0.6:
        channel, kind = rng.choice(_CONTACTS)
        direction = "out" if rng.random() < 0.3 else "in"
        return Draft(
            channel=channel, kind=kind, occurred_at=at, customer_id=own, direction=direction
        )
    amount = Decimal(rng.randrange(500, 50_000)).scaleb(-2)
    return Draft(
        channel="website",
        kind="purchase",
        occurred_at=at,
        customer_id=own,
        amount=amount,
        currency="GBP",
        lines=(Line(f"P{rng.randrange(4000)}", "A thing", Decimal(1), amount),)
        if rng.random() < 0.2
        else (),
        source="shop",
        external_id=f"{number}-{place}",
    )


def _drop_indexes(url: str) -> list[str]:
    engine = create_engine(driver_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        found = connection.execute(_INDEXES, {"tables": list(_TABLES)}).all()
        for name, _definition in found:
            connection.execute(text(f"DROP INDEX {name}"))
    return [definition for _name, definition in found]


def _finish(url: str, indexes: Sequence[str]) -> None:
    engine = create_engine(driver_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for definition in indexes:
            connection.execute(text(definition))
    with engine.begin() as connection:
        connection.execute(_TAGS_KNOWN, [{"name": name} for name in _TAGS])
        for statement in (counting.INSERT_ACTIVITY, counting.INSERT_TRADE, counting.INSERT_DAYS):
            connection.execute(statement, EVERYONE)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
