"""Standings as they are stored: a row each, the history of tiers, and what others are told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import CustomerChanged, append, new_id
from guanxi_loyalty.events import TierChanged
from guanxi_loyalty.ledger.arrays import column
from guanxi_loyalty.moments import end_of, local_day
from guanxi_loyalty.tiers.books import TierBook
from guanxi_loyalty.tiers.folding import Change, State

ATTRIBUTE = "loyalty.tier"
_JOIN = text(
    """
    INSERT INTO loyalty_standings AS s (programme_id, customer_id, joined_at)
    SELECT :programme, * FROM unnest(CAST(:customers AS uuid[]), CAST(:instants AS timestamptz[]))
    ON CONFLICT (programme_id, customer_id) DO UPDATE SET joined_at = excluded.joined_at
    WHERE excluded.joined_at < s.joined_at RETURNING customer_id
    """
)
_LOCK = text(
    """
    SELECT customer_id, joined_at, tier, tier_since, counted, worked_to, valid_until, in_grace,
        next_check_at FROM loyalty_standings
    WHERE programme_id = :programme AND customer_id = ANY(:customers)
    ORDER BY customer_id FOR UPDATE
    """
)
_SEE = text(_LOCK.text.replace("FOR UPDATE", ""))
_ONE = text(
    """
    SELECT customer_id, joined_at, tier, tier_since, counted, worked_to, valid_until, in_grace,
        next_check_at FROM loyalty_standings
    WHERE programme_id = :programme AND customer_id = :customer
    """
)
_STORE = text(
    """
    UPDATE loyalty_standings s SET tier = n.tier, tier_since = n.since, counted = n.counted,
        worked_to = n.worked_to, valid_until = n.valid_until, in_grace = n.in_grace,
        next_check_at = n.next_check
    FROM unnest(CAST(:customers AS uuid[]), CAST(:tiers AS text[]), CAST(:since AS timestamptz[]),
        CAST(:counted AS bigint[]), CAST(:worked_to AS timestamptz[]),
        CAST(:until AS timestamptz[]), CAST(:grace AS boolean[]),
        CAST(:next AS timestamptz[])) AS n (customer, tier, since, counted, worked_to,
        valid_until, in_grace, next_check)
    WHERE s.programme_id = :programme AND s.customer_id = n.customer
    """
)
_FORGET = text(
    "DELETE FROM loyalty_tier_changes "
    "WHERE programme_id = :programme AND customer_id = ANY(:customers)"
)
_CHANGES = text(
    """
    INSERT INTO loyalty_tier_changes (id, programme_id, customer_id, number, at, before, after,
        cause, counted)
    SELECT n.id, :programme, n.customer, n.number, n.at, n.before, n.after, n.cause, n.counted
    FROM unnest(CAST(:ids AS uuid[]), CAST(:customers AS uuid[]), CAST(:numbers AS int[]),
        CAST(:at AS timestamptz[]), CAST(:before AS text[]), CAST(:after AS text[]),
        CAST(:causes AS text[]), CAST(:counted AS bigint[]))
        AS n (id, customer, number, at, before, after, cause, counted)
    """
)
_NUMBERS = text(
    """
    SELECT customer_id, max(number) FROM loyalty_tier_changes
    WHERE programme_id = :programme AND customer_id = ANY(:customers) GROUP BY customer_id
    """
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A standing as it is stored."""

    customer_id: UUID
    joined_at: datetime
    tier: str | None
    tier_since: datetime | None
    counted: int
    worked_to: datetime | None
    valid_until: datetime | None
    in_grace: bool
    next_check_at: datetime | None


def join(session: Session, programme_id: UUID, joined: Mapping[UUID, datetime]) -> set[UUID]:
    """Note since when customers are members, if not earlier; return whose day is another now."""
    if not joined:
        return set()
    rows = sorted(joined.items(), key=lambda one: one[0].int)
    values = {
        "customers": column([one[0] for one in rows]),
        "instants": column([one[1] for one in rows]),
    }
    found = session.execute(_JOIN, {"programme": programme_id, **values})
    return set(found.scalars())


def locked(session: Session, programme_id: UUID, customers: Collection[UUID]) -> list[Stored]:
    """Return standings, locked in the order of the customers' ids."""
    values = {"programme": programme_id, "customers": list(customers)}
    return [Stored(*row) for row in session.execute(_LOCK, values)]


def seen(session: Session, programme_id: UUID, customers: Collection[UUID]) -> list[Stored]:
    """Return standings as they are, without waiting for whoever changes them."""
    values = {"programme": programme_id, "customers": list(customers)}
    return [Stored(*row) for row in session.execute(_SEE, values)]


def stored_of(session: Session, programme_id: UUID, customer_id: UUID) -> Stored | None:
    """Return one standing; None for who is no member yet."""
    values = {"programme": programme_id, "customer": customer_id}
    found = session.execute(_ONE, values).one_or_none()
    return None if found is None else Stored(*found)


def store(
    session: Session,
    book: TierBook,
    done: Sequence[tuple[Stored, State, list[Change]]],
    further: Collection[UUID],
    *,
    now: datetime,
) -> None:
    """Write where members stand, with their history and events.

    :param further: those whose history goes on; that of the others is written anew.
    """
    if not done:
        return
    tiers = book.in_force(now).tiers
    customers = [row.customer_id for row, _, _ in done]
    values = {
        "programme": book.programme_id,
        "customers": customers,
        "tiers": [tiers[state.level].key for _, state, _ in done],
        "since": [state.since for _, state, _ in done],
        "counted": [state.counted for _, state, _ in done],
        "worked_to": [state.worked_to for _, state, _ in done],
        "until": [state.until for _, state, _ in done],
        "grace": [state.in_grace for _, state, _ in done],
        "next": [_next_check(book, state, now) for _, state, _ in done],
    }
    session.execute(_STORE, values)
    scratch = [one for one in customers if one not in further]
    session.execute(_FORGET, {"programme": book.programme_id, "customers": scratch})
    _write_changes(session, book, done)
    for row, state, changes in done:
        _announce(session, book, row, tiers[state.level].key, changes, now=now)


def _write_changes(
    session: Session, book: TierBook, done: Sequence[tuple[Stored, State, list[Change]]]
) -> None:
    rows = [(row.customer_id, one) for row, _, changes in done for one in changes]
    if not rows:
        return
    asked = {"programme": book.programme_id, "customers": list({one[0] for one in rows})}
    numbers: dict[UUID, int] = {row[0]: row[1] for row in session.execute(_NUMBERS, asked)}
    counted = []
    for customer, _ in rows:
        numbers[customer] = numbers.get(customer, 0) + 1
        counted.append(numbers[customer])
    session.execute(
        _CHANGES,
        {
            "programme": book.programme_id,
            "ids": [new_id() for _ in rows],
            "customers": [customer for customer, _ in rows],
            "numbers": counted,
            "at": [one.at for _, one in rows],
            "before": [one.before for _, one in rows],
            "after": [one.after for _, one in rows],
            "causes": [one.cause for _, one in rows],
            "counted": [one.counted for _, one in rows],
        },
    )


def _announce(
    session: Session,
    book: TierBook,
    row: Stored,
    tier: str,
    changes: Sequence[Change],
    *,
    now: datetime,
) -> None:
    """Say that a member is in another tier, once, however many steps led there.

    Where nothing led there, what had led to the tier before was taken back altogether.
    """
    if row.tier == tier:
        return
    cause, at = (changes[-1].cause, changes[-1].at) if changes else ("taken_back", now)
    if changes or row.tier is not None:
        append(
            session,
            TierChanged(
                customer_id=row.customer_id,
                programme=book.programme,
                before=row.tier,
                after=tier,
                cause=cause,
                at=at,
            ),
        )
    append(session, CustomerChanged(customer_id=row.customer_id, fields=(ATTRIBUTE,)))


def _next_check(book: TierBook, state: State, now: datetime) -> datetime | None:
    """When to look again: at the end of the period; each day, where what counts may fall away."""
    policy = book.in_force(now)
    later = [one.since for one in book.versions if one.since > now][:1]
    found = [*later, *([] if state.until is None else [state.until])]
    falls = policy.downgrade == "at_once" and policy.window != "lifetime"
    if falls and state.level and not state.in_grace:
        found.append(end_of(local_day(now, book.zone), book.zone))
    return min(found, default=None)
