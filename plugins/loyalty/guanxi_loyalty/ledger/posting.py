"""A transaction in the making, and the one place where transactions are written.

A posting gathers what a command does: entries, new lots, what it takes from lots or puts back.
:func:`write` stores any number of postings in one statement per table.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, new_id, send
from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.announcing import announce
from guanxi_loyalty.ledger.arrays import column
from guanxi_loyalty.ledger.lots import LotState
from guanxi_loyalty.ledger.units import UnitFacts
from guanxi_loyalty.texts import N_


@dataclass(frozen=True, slots=True)
class Ask:
    """What all commands are told: in which unit, under which key, when, for whom and for what.

    :param key: makes the command happen once; the same key with another request is refused.
    :param source: who asks: ``till``, ``staff``, ``rule:KEY``, ``job``.
    :param document: what it is for, such as a touchpoint's id.
    :param effective_at: when it counts, if that was before ``now``.
    :param follows: False where whoever asks works tiers out at the end, for many at once.
    """

    unit: UnitFacts
    key: str
    now: datetime
    source: str
    document: str | None = None
    effective_at: datetime | None = None
    actor: str = ""
    remark: str | None = None
    follows: bool = True

    @property
    def at(self) -> datetime:
        """When the command counts."""
        return self.effective_at or self.now


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer of a command; the same one however often it is sent.

    :param amount: how many units it moved.
    :param shortfall: how many it could not take back.
    :param balance: what the member could spend right after it.
    """

    transaction_id: UUID
    kind: str
    amount: int
    shortfall: int
    balance: int | None
    replayed: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Posting:
    """A transaction in the making. Whoever adds to it holds the locks of its accounts."""

    ask: Ask
    kind: str
    account: AccountState | None
    amount: int
    request_hash: bytes = b""
    shortfall: int = 0
    reverses_id: UUID | None = None
    at: datetime | None = None
    id: UUID = field(default_factory=new_id)
    entries: dict[UUID, int] = field(default_factory=dict)
    lots: list[LotState] = field(default_factory=list)
    allocations: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    activated: list[UUID] = field(default_factory=list)
    touched: dict[UUID, AccountState] = field(default_factory=dict)
    balance: int | None = None

    def move(
        self, amount: int, *, out_of: "AccountState | str", into: "AccountState | str"
    ) -> None:
        """Move ``amount`` between two accounts: members', or the unit's own by purpose."""
        if amount:
            self._enter(out_of, -amount)
            self._enter(into, amount)

    def take(self, lot: LotState, amount: int, *, root: UUID | None = None) -> None:
        """Take ``amount`` from a lot; below zero: put it back.

        :param root: the transaction that first took it, if that is another one.
        """
        lot.remaining -= amount
        before = self.allocations.get(lot.id, (self.id, 0))[1]
        self.allocations[lot.id] = (root or self.id, before + amount)

    def add_lot(
        self,
        account: AccountState,
        amount: int,
        *,
        earned_at: datetime,
        activates_at: datetime,
        expires_at: datetime | None,
        origin_id: UUID | None = None,
        active: bool,
    ) -> LotState:
        """Give the member a new lot of ``amount`` units."""
        lot_id = new_id()
        lot = LotState(
            lot_id,
            account.id,
            origin_id or lot_id,
            amount,
            amount,
            active,
            earned_at,
            activates_at,
            expires_at,
        )
        self.lots.append(lot)
        self.touched[account.id] = account
        account.due_by(expires_at if active else activates_at)
        return lot

    def pay_debt(self, account: AccountState, lots: Iterable[LotState]) -> None:
        """Let active lots pay what the member owes (先还欠), the first of them first."""
        for lot in lots:
            part = min(account.debt, lot.remaining) if lot.active else 0
            if part:
                self.take(lot, part)
                account.debt -= part
                self.touched[account.id] = account

    def _enter(self, account: "AccountState | str", amount: int) -> None:
        if isinstance(account, AccountState):
            account.balance += amount
            self.touched[account.id] = account
        own = self.ask.unit.own
        account_id = own[account] if isinstance(account, str) else account.id
        self.entries[account_id] = self.entries.get(account_id, 0) + amount

    @property
    def effective_at(self) -> datetime:
        """When it counts."""
        return self.at or self.ask.at

    def close(self) -> Receipt:
        """Note the balance as it is now, and return the answer; nothing is added after it."""
        self.balance = self.account.balance if self.account else None
        return Receipt(self.id, self.kind, self.amount, self.shortfall, self.balance)


def hash_request(kind: str, request: Mapping[str, object]) -> bytes:
    """Return what tells one request from another under the same key."""
    options = orjson.OPT_SORT_KEYS
    return hashlib.sha256(orjson.dumps([kind, request], default=str, option=options)).digest()


_FIRST = """
    SELECT id, kind, amount, shortfall, balance_after, request_hash FROM loyalty_transactions
    WHERE unit_id = %s AND key = %s
    """


def first_answer(session: Session, ask: Ask, request_hash: bytes) -> Receipt | None:
    """Return the answer that this key got before; call it under the account's lock.

    :raises Conflict: the key was used for another request.
    """
    row = send(session, _FIRST, (ask.unit.id, ask.key)).fetchone()
    return None if row is None else answer_again(ask, request_hash, row)


def answer_again(ask: Ask, request_hash: bytes, row: tuple[Any, ...]) -> Receipt:
    """Return the answer that is told by a stored transaction of the same key.

    :raises Conflict: the key was used for another request.
    """
    id_, done, amount, shortfall, balance, first_hash = row
    if bytes(first_hash) != request_hash:
        raise Conflict(
            N_("The key %(key)s was used for another request before. Take a new one."), key=ask.key
        )
    return Receipt(id_, done, amount, shortfall, balance, replayed=True)


FEW = 20
"""Up to so many rows are written out as values, whose plan the server keeps; more come as arrays,
one a column, which it plans anew each time and then reads much faster."""
QUALIFYING = ("earn", "activate", "reverse", "adjust", "merge", "transfer")
"""Kinds whose entries count for tiers, in units that are for that; a reversal's below zero."""
_UUID, _INT, _TEXT, _TIME = "uuid", "bigint", "text", "timestamptz"


@dataclass(frozen=True, slots=True)
class _Table:
    """How rows of one kind are stored: a statement on ``new``, and the types of its columns."""

    name: str
    statement: str
    types: tuple[str, ...]

    def step(self, rows: Sequence[tuple[Any, ...]]) -> tuple[str, list[Any]]:
        """Return the part of a statement that stores ``rows``, and its values."""
        if len(rows) > FEW:
            source = ", ".join(f"%s::{one}[]" for one in self.types)
            values: list[Any] = [column(one) for one in zip(*rows, strict=True)]
            return self._with(f"unnest({source})"), values
        row = ", ".join(f"%s::{one}" for one in self.types)
        source = ", ".join([f"({row})"] * len(rows))
        return self._with(f"(VALUES {source})"), [value for one in rows for value in one]

    def _with(self, source: str) -> str:
        return f"{self.name} AS ({self.statement.replace('$new', source)})"


_TRANSACTIONS = _Table(
    "transactions",
    """
    INSERT INTO loyalty_transactions (id, unit_id, key, request_hash, kind, account_id, amount,
        shortfall, balance_after, reverses_id, source, document, effective_at, recorded_at,
        actor_name)
    SELECT * FROM $new AS new
    """,
    (
        *(_UUID, _UUID, _TEXT, "bytea", _TEXT, _UUID, _INT, _INT, _INT, _UUID, _TEXT, _TEXT),
        *(_TIME, _TIME, _TEXT),
    ),
)
_ENTRIES = _Table(
    "entries",
    """
    INSERT INTO loyalty_entries (transaction_id, account_id, amount, effective_at, qualifies)
    SELECT * FROM $new AS new
    """,
    (_UUID, _UUID, _INT, _TIME, "boolean"),
)
_LOTS = _Table(
    "lots",
    """
    INSERT INTO loyalty_lots (id, account_id, transaction_id, origin_id, amount, remaining, active,
        earned_at, activates_at, expires_at)
    SELECT * FROM $new AS new
    """,
    (_UUID, _UUID, _UUID, _UUID, _INT, _INT, "boolean", _TIME, _TIME, _TIME),
)
_ALLOCATIONS = _Table(
    "allocations",
    """
    INSERT INTO loyalty_allocations (transaction_id, lot_id, root_id, amount)
    SELECT * FROM $new AS new
    """,
    (_UUID, _UUID, _UUID, _INT),
)
# One table, for within a statement PostgreSQL changes a row once: a lot that begins may pay a debt.
_CHANGED = _Table(
    "changed",
    """
    UPDATE loyalty_lots SET remaining = remaining - new.amount, active = active OR new.begins
    FROM $new AS new (id, amount, begins) WHERE loyalty_lots.id = new.id
    """,
    (_UUID, _INT, "boolean"),
)
_ACCOUNTS = _Table(
    "accounts",
    """
    UPDATE loyalty_accounts SET balance = new.balance, held = new.held, debt = new.debt,
        next_due_at = new.next_due_at, active_at = new.active_at
    FROM $new AS new (id, balance, held, debt, next_due_at, active_at)
    WHERE loyalty_accounts.id = new.id
    """,
    (_UUID, _INT, _INT, _INT, _TIME, _TIME),
)
_REMARKS = _Table(
    "remarks",
    "INSERT INTO loyalty_remarks (transaction_id, text) SELECT * FROM $new AS new",
    (_UUID, _TEXT),
)


def write(session: Session, postings: Sequence[Posting]) -> None:
    """Store postings, in one statement, and their accounts as they stand now; tell whose moved.

    :raises Conflict: another process stores the same key at this moment.
    """
    parts: list[tuple[_Table, list[tuple[Any, ...]]]] = [
        (_TRANSACTIONS, [_transaction(posting) for posting in postings]),
        (_ENTRIES, [row for posting in postings for row in _entries(posting)]),
        (_LOTS, [_lot(posting, lot) for posting in postings for lot in posting.lots]),
        (_ALLOCATIONS, [row for posting in postings for row in _allocations(posting)]),
        (_CHANGED, _changed(postings)),
        (_ACCOUNTS, _accounts(postings)),
        (_REMARKS, [(p.id, p.ask.remark) for p in postings if p.ask.remark]),
    ]
    steps = [table.step(rows) for table, rows in parts if rows]
    statement = f"WITH {', '.join(step for step, _ in steps)} SELECT"
    with told_of_keys():
        send(session, statement, [value for _, values in steps for value in values])
    for posting in postings:
        announce(session, posting.ask.unit, posting.kind, _moved(posting))


@contextmanager
def told_of_keys() -> Iterator[None]:
    """Say it in words where the database refuses a key that is there already.

    :raises Conflict: another process stores the same key at this moment.
    """
    try:
        yield
    except IntegrityError as error:
        if "uq_loyalty_transactions_unit_id" not in str(error.orig):
            raise
        raise Conflict(N_("The same request is being worked on. Try again in a moment.")) from error


def _moved(posting: Posting) -> list[UUID]:
    """Return whose balance changed; whoever it is about, also where units only came and went."""
    if not posting.entries:
        return []
    return [
        state.customer_id
        for id_, state in posting.touched.items()
        if state is posting.account or id_ in posting.entries
    ]


def _transaction(posting: Posting) -> tuple[Any, ...]:
    ask, account = posting.ask, posting.account
    return (
        posting.id,
        ask.unit.id,
        ask.key,
        posting.request_hash,
        posting.kind,
        account.id if account else None,
        posting.amount,
        posting.shortfall,
        posting.balance,
        posting.reverses_id,
        ask.source,
        ask.document,
        posting.effective_at,
        ask.now,
        ask.actor,
    )


def _entries(posting: Posting) -> Iterable[tuple[Any, ...]]:
    return (
        (posting.id, account_id, amount, posting.effective_at, _qualifies(posting.kind, amount))
        for account_id, amount in posting.entries.items()
        if amount
    )


def _qualifies(kind: str, amount: int) -> bool:
    """Return whether it counts for tiers; what a reversal gives back was never taken off there."""
    return kind in QUALIFYING and (kind != "reverse" or amount < 0)


def _lot(posting: Posting, lot: LotState) -> tuple[Any, ...]:
    return (
        lot.id,
        lot.account_id,
        posting.id,
        lot.origin_id,
        lot.amount,
        lot.remaining,
        lot.active,
        lot.earned_at,
        lot.activates_at,
        lot.expires_at,
    )


def _allocations(posting: Posting) -> Iterable[tuple[Any, ...]]:
    return (
        (posting.id, lot_id, root_id, amount)
        for lot_id, (root_id, amount) in posting.allocations.items()
        if amount
    )


def _changed(postings: Sequence[Posting]) -> list[tuple[Any, ...]]:
    """Return what existing lots lose, and which begin; a new one is written as it then is."""
    new = {lot.id for posting in postings for lot in posting.lots}
    begun = {lot_id for posting in postings for lot_id in posting.activated}
    taken: dict[UUID, int] = dict.fromkeys(begun, 0)
    for posting in postings:
        for lot_id, (_, amount) in posting.allocations.items():
            if lot_id not in new:
                taken[lot_id] = taken.get(lot_id, 0) + amount
    return [(lot_id, amount, lot_id in begun) for lot_id, amount in taken.items()]


def _accounts(postings: Sequence[Posting]) -> list[tuple[Any, ...]]:
    states = {id_: state for posting in postings for id_, state in posting.touched.items()}
    return [(s.id, s.balance, s.held, s.debt, s.next_due_at, s.active_at) for s in states.values()]
