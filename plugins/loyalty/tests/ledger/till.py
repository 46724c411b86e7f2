"""A till: commands on a ledger, each in a savepoint of one transaction, at an instant set."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, new_id, send, without_waiting
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, Receipt, UnitFacts
from guanxi_loyalty.ledger.accounts import lock
from guanxi_loyalty.ledger.settling import settle
from guanxi_loyalty.ledger.verifying import Mismatch, verify
from guanxi_loyalty.policies import read_policies

_STORED = """
    SELECT a.customer_id, a.balance, (
        SELECT coalesce(sum(amount), 0) FROM loyalty_entries
        WHERE account_id = a.id AND effective_at <= %(instant)s
    ) FROM loyalty_accounts a WHERE a.customer_id = ANY(%(ids)s) AND a.unit_id = %(unit)s
"""
_LOTS = """
    SELECT a.customer_id, expires_at, remaining
    FROM loyalty_lots l JOIN loyalty_accounts a ON a.id = l.account_id
    WHERE a.customer_id = ANY(%(ids)s) AND a.unit_id = %(unit)s AND remaining > 0
"""


@dataclass
class Stored:
    """A member's balance, the sum of the entries up to now, and when which units run out."""

    balance: int
    as_of: int
    lots: list[tuple[datetime | None, int]]


@dataclass
class Till:
    """What the tests of the ledger do with it."""

    session: Session
    unit: UnitFacts
    now: datetime = datetime(2026, 1, 10, 12, tzinfo=UTC)
    _numbers: Any = field(default_factory=count)

    def member(self) -> UUID:
        """Return a new customer."""
        customer = Customer(
            id=new_id(),
            kind="person",
            display_name="Ann",
            sort_name="ann",
            created_at=self.now,
            updated_at=self.now,
        )
        self.session.add(customer)
        self.session.flush()
        return customer.id

    def policies(self, **changed: Any) -> None:
        """Put other policies in force."""
        self.unit = replace(self.unit, policies=read_policies(changed))

    def state(self, state: str) -> None:
        """Put the programme into a state."""
        self.execute(f"UPDATE loyalty_programmes SET state = '{state}'")

    def ask(self, key: str | None = None, **more: Any) -> Ask:
        """Return what a command is told."""
        name = key or f"key-{next(self._numbers)}"
        return Ask(unit=self.unit, key=name, now=self.now, source="test", actor="test", **more)

    def _do(self, command: Any, *args: Any, key: str | None = None, **more: Any) -> Receipt:
        remark = more.pop("remark", None)
        ask = self.ask(key, remark=remark)
        with self.session.begin_nested():
            receipt: Receipt = command(self.session, ask, *args, **more)
        return receipt

    def earn(self, customer: UUID, amount: int, **more: Any) -> Receipt:
        return self._do(ledger.earn, customer, amount, **more)

    def redeem(self, customer: UUID, amount: int, **more: Any) -> Receipt:
        return self._do(ledger.redeem, customer, amount, **more)

    def hold(self, customer: UUID, amount: int, **more: Any) -> Receipt:
        return self._do(ledger.hold, customer, amount, **more)

    def capture(self, hold: UUID, amount: int | None = None, **more: Any) -> Receipt:
        return self._do(ledger.capture, hold, amount, **more)

    def release(self, hold: UUID, **more: Any) -> Receipt:
        return self._do(ledger.release, hold, **more)

    def reverse(self, transaction: UUID, amount: int | None = None, **more: Any) -> Receipt:
        return self._do(ledger.reverse, transaction, amount, **more)

    def adjust(self, customer: UUID, amount: int, reason: str, **more: Any) -> Receipt:
        return self._do(ledger.adjust, customer, amount, remark=reason, **more)

    def transfer(self, giver: UUID, taker: UUID, amount: int, **more: Any) -> Receipt:
        return self._do(ledger.transfer, giver, taker, amount, **more)

    def merge(self, kept: UUID, merged: UUID) -> Receipt:
        return self._do(ledger.merge, kept, merged)

    def unmerge(self, kept: UUID, merged: UUID) -> Receipt:
        return self._do(ledger.unmerge, kept, merged)

    def erase(self, customer: UUID) -> Receipt:
        return self._do(ledger.erase, customer)

    def settle(self, *customers: UUID) -> None:
        """Bring accounts up to date."""
        accounts = lock(self.session, self.unit, customers)
        for customer in customers:
            settle(self.session, self.unit, accounts[customer], self.now)

    def stored(self, customers: Sequence[UUID]) -> tuple[list["Stored"], int]:
        """Return what is stored of members, read together, and what is pending for all."""
        values = {"unit": self.unit.id, "ids": list(customers), "instant": self.now}
        pending = "SELECT coalesce(sum(amount), 0) FROM loyalty_entries WHERE account_id = %s"
        self.session.flush()
        with without_waiting(self.session):
            members = send(self.session, _STORED, values)
            lots = send(self.session, _LOTS, values)
            own = send(self.session, pending, (self.unit.own["pending"],))
        found = {who: Stored(balance, int(as_of), []) for who, balance, as_of in members}
        for who, ends, left in lots:
            found[who].lots.append((ends, left))
        return [found[customer] for customer in customers], int(own.fetchone()[0])

    def balance(self, customer: UUID) -> int:
        """Return the balance that is stored."""
        return self._number(
            "SELECT balance FROM loyalty_accounts WHERE customer_id = :id AND unit_id = :unit",
            id=customer,
        )

    def as_of(self, customer: UUID, instant: datetime) -> int:
        """Return the sum of the entries up to an instant."""
        return self._number(
            "SELECT coalesce(sum(e.amount), 0) FROM loyalty_entries e "
            "JOIN loyalty_accounts a ON a.id = e.account_id "
            "WHERE a.customer_id = :id AND a.unit_id = :unit AND e.effective_at <= :instant",
            id=customer,
            instant=instant,
        )

    def own(self, purpose: str) -> int:
        """Return the sum of the entries of one of the unit's own accounts."""
        return self._number(
            "SELECT coalesce(sum(amount), 0) FROM loyalty_entries WHERE account_id = :id",
            id=self.unit.own[purpose],
        )

    def lots(self, customer: UUID) -> list[tuple[datetime | None, int]]:
        """Return when lots run out and what they have left, in the order of spending."""
        rows = self.session.execute(
            text(
                "SELECT expires_at, remaining FROM loyalty_lots l "
                "JOIN loyalty_accounts a ON a.id = l.account_id "
                "WHERE a.customer_id = :id AND a.unit_id = :unit AND remaining > 0 "
                "ORDER BY expires_at, earned_at, l.id"
            ),
            {"id": customer, "unit": self.unit.id},
        )
        return [(row.expires_at, row.remaining) for row in rows]

    def remarks(self) -> int:
        """Return how many remarks there are."""
        return self._number("SELECT count(*) FROM loyalty_remarks")

    def verify(self) -> list[Mismatch]:
        """Return what does not fit."""
        return verify(self.session, self.unit.id)

    def execute(self, statement: str) -> None:
        """Send a statement behind the ledger's back."""
        with self.session.begin_nested():
            self.session.execute(text(statement))

    def _number(self, statement: str, **values: Any) -> int:
        every = {"unit": self.unit.id, **values}
        return int(self.session.execute(text(statement), every).scalar_one())
