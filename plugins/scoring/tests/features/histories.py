"""Random histories of trade, and what a summary of them must be, worked out one by one."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from guanxi.ids import new_id
from guanxi.sdk import Customer, Touchpoint

ZONES = ("Europe/London", "Asia/Shanghai", "America/Sao_Paulo", "Pacific/Auckland")
CURRENCY = "GBP"


def add_people(session: Session, count: int, now: datetime, **more: Any) -> list[UUID]:
    """Make customers by plain rows."""
    ids = [new_id() for _ in range(count)]
    rows = [
        {"id": one, "kind": "person", "display_name": "P", "sort_name": "p",
         "created_at": now, "updated_at": now, **more}
        for one in ids
    ]  # fmt: skip
    if rows:
        session.execute(insert(Customer), rows)
    return ids


def touch(customer: UUID | None, at: datetime, amount: str | None = "10", **more: Any) -> dict:
    """Return a row of a touchpoint: a purchase in the company's currency, or what is said."""
    found = {
        "id": new_id(), "customer_id": customer, "channel": "store", "kind": "purchase",
        "direction": "in", "occurred_at": at, "outcome": None,
        "amount": None if amount is None else Decimal(amount),
        "currency": None if amount is None else CURRENCY,
        "source": "test", "state": "recorded", "created_at": at, "updated_at": at,
    }  # fmt: skip
    return {**found, **more}


def add(session: Session, rows: Sequence[dict]) -> None:
    """Write touchpoints by plain rows."""
    if rows:
        session.execute(insert(Touchpoint), list(rows))


def random_rows(rng: random.Random, people: Sequence[UUID], as_of: datetime) -> list[dict]:
    """Return what people did: often twice a day, about midnight, at the change of clocks."""
    return [_random_row(rng, one, as_of) for one in people for _ in range(rng.choice((0, 1, 2, 9)))]


def _random_row(rng: random.Random, customer: UUID, as_of: datetime) -> dict:
    kind = rng.choices(("purchase", "return", "call"), (7, 2, 1))[0]
    amount = None
    if kind != "call":
        cents = Decimal(rng.choice((0, 1, rng.randrange(1, 50_000)))).scaleb(-2)
        amount = str(-cents if kind == "return" else cents)
    more = {
        "kind": kind,
        "state": rng.choices(("recorded", "voided"), (9, 1))[0],
        "customer_id": rng.choices((customer, None), (15, 1))[0],
        "channel": rng.choice(("store", "website", "phone")),
        "outcome": rng.choice((None, "reached", "no_answer")),
    }
    if amount is not None:
        more["currency"] = rng.choices((CURRENCY, "EUR"), (9, 1))[0]
    return touch(customer, _moment(rng, as_of), amount, **more)


def _moment(rng: random.Random, as_of: datetime) -> datetime:
    about = rng.choice(
        (
            datetime(2026, 3, 29, 1, tzinfo=UTC),  # clocks go forward in London
            datetime(2025, 10, 26, 1, tzinfo=UTC),  # and back
            datetime(2025, 9, 27, 14, tzinfo=UTC),  # and forward in Auckland
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(1990, 9, 15, 16, tzinfo=UTC),  # the last summer times in Shanghai
            as_of,
            as_of - timedelta(days=rng.randrange(400)),
        )
    )
    near = timedelta(minutes=rng.choice((0, -1, 1, rng.randrange(-2000, 2000))))
    return about + near + timedelta(microseconds=rng.choice((0, 1, 999_999)))


def expected(
    rows: Iterable[dict], *, as_of: datetime, zone: str, gone: Iterable[UUID] = ()
) -> dict[UUID, dict[str, Any]]:
    """Return the summary of each customer, by the definition: one touchpoint after the other."""
    left_out = set(gone)
    days: dict[UUID, dict[date, Decimal]] = defaultdict(dict)
    returned: dict[UUID, Decimal] = defaultdict(Decimal)
    for row in rows:
        customer = row["customer_id"]
        if row["state"] != "recorded" or row["currency"] != CURRENCY or row["occurred_at"] >= as_of:
            continue
        if customer is None or customer in left_out:
            continue
        if row["kind"] == "return":
            returned[customer] -= row["amount"]
        if row["kind"] == "purchase":
            day = row["occurred_at"].astimezone(ZoneInfo(zone)).date()
            days[customer][day] = days[customer].get(day, Decimal(0)) + row["amount"]
    today = as_of.astimezone(ZoneInfo(zone)).date()
    return {one: _summed(found, returned[one], today) for one, found in days.items()}


def _summed(days: dict[date, Decimal], returned: Decimal, today: date) -> dict[str, Any]:
    first, last = min(days), max(days)
    bought = sum(days.values(), Decimal(0))
    repeats = [money for day, money in days.items() if day != first]
    paid_days = sum(money > 0 for money in repeats)
    paid, kept = sum(repeats, Decimal(0)), bought - returned
    spend = None
    if paid_days and kept > 0:
        spend = (float(paid) / float(paid_days)) * (float(kept) / float(bought))
    return {
        "x": len(days) - 1, "t_x": (last - first).days, "T": (today - first).days,
        "first_on": first, "last_on": last, "days": len(days), "paid_days": paid_days,
        "paid": float(paid), "bought": float(bought), "kept": float(kept), "spend": spend,
    }  # fmt: skip
