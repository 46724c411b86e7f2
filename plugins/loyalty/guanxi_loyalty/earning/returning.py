"""What returns take back of what purchases earned (扣回), in proportion and never more than given.

The target is cumulative: after each return, the rounded share of all that went back of the
purchase. So partial returns add up to the whole, and it does not matter in which order, or how
often, purchase and returns come by.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Line
from guanxi_loyalty import ledger
from guanxi_loyalty.earning import counting
from guanxi_loyalty.earning.book import Book
from guanxi_loyalty.earning.judging import rounded
from guanxi_loyalty.earning.keys import effective, key_of
from guanxi_loyalty.earning.matching import Match, Trade, match
from guanxi_loyalty.ledger import Ask

_NOTHING = Decimal(0)
_OCCASIONS = text(
    """
    SELECT id, kind, customer_id, occurred_at, amount, returned, awards, posted, voided
    FROM loyalty_occasions
    WHERE programme_id = :programme AND customer_id = :customer AND kind = 'purchase'
      AND amount > 0 AND NOT voided
    """
)
_RETURNS = text(
    """
    SELECT id, occurred_at, abs(amount) FROM touchpoints
    WHERE customer_id = :customer AND kind = 'return' AND state = 'recorded'
      AND currency = :currency
    """
)
_LINES = text(
    """
    SELECT touchpoint_id, product, quantity, unit_price FROM touchpoint_lines
    WHERE touchpoint_id = ANY(:ids) ORDER BY touchpoint_id, number
    """
)
_EARNED = text(
    """
    SELECT t.id, t.amount - (SELECT coalesce(sum(r.amount + r.shortfall), 0)
        FROM loyalty_transactions r WHERE r.reverses_id = t.id AND r.kind = 'reverse') AS left
    FROM loyalty_transactions t WHERE t.unit_id = :unit AND t.key = ANY(:keys) AND t.kind = 'earn'
    ORDER BY t.id DESC
    """
)
_NOTE = text(
    """
    UPDATE loyalty_occasions SET returned = :returned, posted = CAST(:posted AS jsonb)
    WHERE programme_id = :programme AND id = :id
    """
)


@dataclass(slots=True)
class Stored:
    """An occasion as it is stored."""

    id: UUID
    kind: str
    customer_id: UUID
    occurred_at: datetime
    amount: Decimal | None
    returned: Decimal
    awards: list[Any]
    posted: dict[str, list[int]]
    voided: bool

    def given(self, unit: str) -> int:
        """How much was awarded in a unit."""
        return sum(units for _, key, units in self.awards if key == unit)


def reconcile(session: Session, book: Book, customer_id: UUID, *, now: datetime) -> None:
    """Bring the ledger in line with all returns of a member whose accounts are locked."""
    values = {"programme": book.programme_id, "customer": customer_id}
    stored = [Stored(*row) for row in session.execute(_OCCASIONS, values)]
    wanted = {"customer": customer_id, "currency": book.scheme.currency}
    backs = [tuple(row) for row in session.execute(_RETURNS, wanted)]
    if not stored:
        return
    lines = _lines(session, [*(one.id for one in stored), *(one[0] for one in backs)])
    found = match(
        [Trade(o.id, o.occurred_at, o.amount or _NOTHING, lines.get(o.id, ())) for o in stored],
        [Trade(id_, at, amount, lines.get(id_, ())) for id_, at, amount in backs],
    )
    by_purchase: dict[UUID, list[Match]] = defaultdict(list)
    for one in found:
        by_purchase[one.purchase_id].append(one)
    for purchase in stored:
        matches = by_purchase.get(purchase.id, [])
        if matches or purchase.returned:
            take_back(session, book, purchase, matches, now=now)


def take_back(
    session: Session, book: Book, stored: Stored, matches: Sequence[Match], *, now: datetime
) -> None:
    """Tell the ledger what the returns of one purchase ask for, beyond what it knows already."""
    returned, amount = _NOTHING, stored.amount or _NOTHING
    for one in matches:
        returned = min(returned + one.amount, amount)
        for unit in stored.posted:
            given = stored.given(unit)
            target = given - rounded(given * returned / amount, book.scheme.rounding)
            if target < _net(stored, unit):
                post(
                    session, book, stored, unit, target, at=one.at, now=now, why=str(one.return_id)
                )
    for unit in stored.posted:
        given = stored.given(unit)
        share = rounded(given * returned / amount, book.scheme.rounding) if amount else 0
        post(session, book, stored, unit, given - share, at=stored.occurred_at, now=now)
    if returned != stored.returned:
        _free(session, book, stored, returned)
    note(session, book, stored, returned)


def post(
    session: Session,
    book: Book,
    stored: Stored,
    unit: str,
    target: int,
    *,
    at: datetime,
    now: datetime,
    why: str | None = None,
) -> None:
    """Make what an occasion stands for in a unit ``target``, by one posting more, or none."""
    earned, back, number = stored.posted.get(unit, [0, 0, 0])
    change = target - (earned - back)
    if not change:
        return
    facts = book.units[unit]
    if change > 0:
        ask = _ask(facts, stored, number + 1, at=at, now=now, why=why)
        ledger.earn(session, ask, stored.customer_id, change)
        stored.posted[unit] = [earned + change, back, number + 1]
        return
    keys = [key_of(stored.kind, stored.id, unit, one) for one in range(1, number + 1)]
    rows = session.execute(_EARNED, {"unit": facts.id, "keys": keys}).all()
    wanted = -change
    for transaction_id, left in rows:
        part = min(wanted, int(left))
        if part:
            number += 1
            ask = _ask(facts, stored, number, at=at, now=now, why=why)
            customer = stored.customer_id
            ledger.reverse(session, ask, transaction_id, part, customer_id=customer)
            wanted -= part
    stored.posted[unit] = [earned, back - change - wanted, number]


def note(session: Session, book: Book, stored: Stored, returned: Decimal) -> None:
    """Store what the ledger was told."""
    stored.returned = returned
    posted = orjson.dumps(stored.posted).decode()
    values = {"programme": book.programme_id, "id": stored.id, "posted": posted}
    session.execute(_NOTE, {**values, "returned": returned})


def freed(stored: Stored, returned: Decimal) -> dict[str, int]:
    """Return by rule what of its award went back, when ``returned`` of the amount did."""
    amount = stored.amount or _NOTHING
    return {
        rule: int((units * returned / amount).to_integral_value(ROUND_FLOOR)) if amount else 0
        for rule, _, units in stored.awards
        if rule
    }


def campaigns_of(book: Book, by_rule: Mapping[str, int]) -> dict[UUID, int]:
    """Return amounts by rule as amounts by campaign."""
    found: dict[UUID, int] = {}
    for rule in book.every_rule:
        units = by_rule.get(str(rule.id), 0)
        if units and rule.campaign is not None:
            found[rule.campaign.id] = found.get(rule.campaign.id, 0) + units
    return found


def _free(session: Session, book: Book, stored: Stored, returned: Decimal) -> None:
    """Give a campaign's budget back what goes back; what is given again does not pass it."""
    before, after = freed(stored, stored.returned), freed(stored, returned)
    more = {rule: units - before[rule] for rule, units in after.items()}
    counting.free(session, {c: u for c, u in campaigns_of(book, more).items() if u > 0})
    again = {c: -u for c, u in campaigns_of(book, more).items() if u < 0}
    if again:
        counting.spend(session, again)


def _net(stored: Stored, unit: str) -> int:
    earned, back, _ = stored.posted.get(unit, [0, 0, 0])
    return earned - back


def _ask(
    facts: Any, stored: Stored, number: int, *, at: datetime, now: datetime, why: str | None
) -> Ask:
    return Ask(
        unit=facts,
        key=key_of(stored.kind, stored.id, facts.key, number),
        now=now,
        source="return" if why else "correction",
        document=why or str(stored.id),
        effective_at=effective(at, now),
        follows=False,
    )


def _lines(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[Line, ...]]:
    found: dict[UUID, list[Line]] = defaultdict(list)
    for id_, product, quantity, price in session.execute(_LINES, {"ids": list(ids)}):
        found[id_].append(Line(product, None, quantity, price))
    return {id_: tuple(lines) for id_, lines in found.items()}
