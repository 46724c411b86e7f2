"""Where members stand (会员现状): kept in a row each, worked on from there, or from scratch.

What is stored is what :func:`guanxi_loyalty.tiers.folding.tier_at` says; ``differing`` compares.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.moments import local_day
from guanxi_loyalty.tiers.books import TierBook
from guanxi_loyalty.tiers.earned import read_earned
from guanxi_loyalty.tiers.folding import Calendar, Change, Earned, State, advance, tier_at
from guanxi_loyalty.tiers.storing import Stored, locked, seen, store, stored_of
from guanxi_loyalty.tiers.windows import counts_from

_MARGIN = timedelta(days=6)
"""Months have 28 to 31 days: what stops counting on one day was earned on up to four; and a bit."""
_TICK = timedelta(microseconds=1)
_DUE = text(
    """
    SELECT customer_id FROM loyalty_standings
    WHERE programme_id = :programme AND next_check_at <= :upto
    ORDER BY next_check_at LIMIT :limit
    """
)
_WAITS = text(
    """
    UPDATE loyalty_standings SET worked_to = NULL, next_check_at = least(next_check_at, :at)
    WHERE programme_id = :programme AND customer_id = :customer
    """
)
_BEGINNING = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a member stands at an instant.

    :param until: when the tier is looked at again.
    :param joined_at: None for who is no member yet.
    """

    tier: str
    since: datetime | None = None
    until: datetime | None = None
    in_grace: bool = False
    joined_at: datetime | None = None


def work_out(
    session: Session,
    book: TierBook,
    customers: Collection[UUID],
    *,
    now: datetime,
    since: Mapping[UUID, datetime] | None = None,
) -> None:
    """Bring the standings of members up to ``now``, with their history and events.

    :param since: the earliest instant of what is new, by member; whoever is not named, or whose
        standing was worked out past that, is worked out from scratch.
    """
    rows = locked(session, book.programme_id, customers)
    known = {row.customer_id: row for row in rows}
    further = {
        id_
        for id_, row in known.items()
        if since is not None and id_ in since and _can_go_on(book, row, since[id_], now)
    }
    earned = _read(session, book, known.values(), further, now)
    done: list[tuple[Stored, State, list[Change]]] = []
    for id_, row in known.items():
        calendar = Calendar(local_day(row.joined_at, book.zone), book.zone)
        mine = earned.get(id_, [])
        if id_ in further:
            done.append((row, *_go_on(book, row, mine, calendar, now)))
        else:
            done.append((row, *tier_at(book.versions, mine, calendar, now)))
    store(session, book, done, further, now=now)


def tier_of(
    session: Session, book: TierBook, customer_id: UUID, *, now: datetime
) -> tuple[str, datetime | None]:
    """Return a member's tier at ``now`` and since when; see :func:`kept_of`."""
    found = kept_of(session, book, customer_id, now=now)
    return found.tier, found.since


def kept_of(session: Session, book: TierBook, customer_id: UUID, *, now: datetime) -> Kept:
    """Return where a member stands at ``now``: what is stored, unless its time is over.

    One row is read; where something was due meanwhile, also what counts. Nothing is written.
    """
    row = stored_of(session, book.programme_id, customer_id)
    if row is None:
        return Kept(book.in_force(now).tiers[0].key)
    if row.tier is not None and (row.next_check_at is None or row.next_check_at > now):
        return Kept(row.tier, row.tier_since, row.valid_until, row.in_grace, row.joined_at)
    calendar = Calendar(local_day(row.joined_at, book.zone), book.zone)
    further = _can_go_on(book, row, now, now)
    earned = _read(session, book, [row], {customer_id} if further else (), now)
    mine = earned.get(customer_id, [])
    if further:
        state, _ = _go_on(book, row, mine, calendar, now)
    else:
        state, _ = tier_at(book.versions, mine, calendar, now)
    tier = book.in_force(now).tiers[state.level].key
    return Kept(tier, state.since, state.until, state.in_grace, row.joined_at)


def due(session: Session, programme_id: UUID, upto: datetime, limit: int) -> list[UUID]:
    """Return members whose tier time alone may have changed, those that wait longest first."""
    values = {"programme": programme_id, "upto": upto, "limit": limit}
    return list(session.execute(_DUE, values).scalars())


def sweep(session: Session, book: TierBook, *, now: datetime, limit: int = 1000) -> int:
    """Work out whose tier time alone may have changed, a batch of them; return how many."""
    found = due(session, book.programme_id, now, limit)
    work_out(session, book, found, now=now, since=dict.fromkeys(found, now))
    return len(found)


def look_again(session: Session, programme_id: UUID, customer_id: UUID, *, at: datetime) -> None:
    """Let ``sweep`` work a member out from scratch: something counts as of a past instant."""
    values = {"programme": programme_id, "customer": customer_id, "at": at}
    session.execute(_WAITS, values)


def differing(
    session: Session,
    book: TierBook,
    customers: Collection[UUID],
    *,
    now: datetime,
    lock: bool = True,
) -> list[UUID]:
    """Return whose stored tier is not what working it out from scratch gives (核对).

    :param lock: without it nobody waits, but a member who earns just now may seem to differ.
    """
    stored = (locked if lock else seen)(session, book.programme_id, customers)
    rows = [row for row in stored if row.tier is not None and not _waits(row, now)]
    asked = [(row.customer_id, _BEGINNING, now) for row in rows]
    earned = read_earned(session, book, asked)
    found = []
    for row in rows:
        calendar = Calendar(local_day(row.joined_at, book.zone), book.zone)
        upto = row.worked_to if row.next_check_at and row.next_check_at <= now else now
        state, _ = tier_at(book.versions, earned.get(row.customer_id, []), calendar, upto or now)
        tier = book.in_force(upto or now).tiers[state.level].key
        if (tier, state.since) != (row.tier, row.tier_since):
            found.append(row.customer_id)
    return found


def _waits(row: Stored, now: datetime) -> bool:
    """Whether ``look_again`` was called, and nobody has looked yet."""
    return row.worked_to is None and row.next_check_at is not None and row.next_check_at <= now


def _can_go_on(book: TierBook, row: Stored, since: datetime, now: datetime) -> bool:
    policy = book.in_force(now)
    if row.worked_to is None or row.tier is None or since <= row.worked_to or now < row.worked_to:
        return False
    # What was spent has no entries: a return changes the purchase itself, in the past.
    if policy.basis == "spend" or book.in_force(row.worked_to) is not policy:
        return False
    return any(tier.key == row.tier for tier in policy.tiers)


def _read(
    session: Session,
    book: TierBook,
    rows: Iterable[Stored],
    further: Collection[UUID],
    now: datetime,
) -> dict[UUID, list[Earned]]:
    """Return what has to be known: all that was earned, or what is new and what stops counting."""
    fresh, old = [], []
    for row in rows:
        if row.customer_id not in further or row.worked_to is None:
            fresh.append((row.customer_id, _BEGINNING, now))
            continue
        policy, joined = book.in_force(now), local_day(row.joined_at, book.zone)
        oldest = counts_from(policy, row.worked_to, joined, book.zone)
        gone = min(row.worked_to, counts_from(policy, now, joined, book.zone) + _MARGIN)
        old.append((row.customer_id, oldest, gone))
        fresh.append((row.customer_id, row.worked_to + _TICK, now))
    earned = read_earned(session, book, fresh)
    for customer, before in read_earned(session, book, old, by_day=True).items():
        earned[customer] = [*before, *earned.get(customer, ())]
    return earned


def _go_on(
    book: TierBook, row: Stored, earned: Sequence[Earned], calendar: Calendar, now: datetime
) -> tuple[State, list[Change]]:
    policy = book.in_force(now)
    worked_to = row.worked_to or _BEGINNING
    state = State(
        level=[tier.key for tier in policy.tiers].index(row.tier or ""),
        since=row.tier_since,
        counted=row.counted,
        worked_to=worked_to,
        until=row.valid_until,
        in_grace=row.in_grace,
    )
    changes: list[Change] = []
    new = [one for one in earned if one[0] > worked_to]
    old = [one for one in earned if one[0] <= worked_to]
    return advance(policy, state, new, old, calendar, upto=now, changes=changes), changes
