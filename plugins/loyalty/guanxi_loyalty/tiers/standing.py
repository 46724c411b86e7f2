"""Where members stand (会员现状): kept in a row each, worked on from there, or from scratch.

What is stored is what :func:`guanxi_loyalty.tiers.folding.tier_at` says; ``differing`` compares.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import CustomerChanged, append, new_id
from guanxi_loyalty.events import TierChanged
from guanxi_loyalty.ledger.arrays import column
from guanxi_loyalty.moments import end_of, local_day
from guanxi_loyalty.tiers.folding import Calendar, Change, Earned, State, advance, tier_at
from guanxi_loyalty.tiers.policy import SCALE, Policy, Version, read_tiers
from guanxi_loyalty.tiers.windows import counts_from

ATTRIBUTE = "loyalty.tier"
_MARGIN = timedelta(days=6)
"""Months have 28 to 31 days: what stops counting on one day was earned on up to four; and a bit."""
_TICK = timedelta(microseconds=1)

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
_ENTRIES = text(
    """
    SELECT a.customer_id,
        CASE WHEN :by_day THEN date_trunc('day', e.effective_at, :zone) ELSE e.effective_at END,
        sum(e.amount)
    FROM unnest(CAST(:customers AS uuid[]), CAST(:since AS timestamptz[]),
        CAST(:upto AS timestamptz[])) AS asked (customer, since, upto)
    JOIN loyalty_accounts a ON a.customer_id = asked.customer AND a.unit_id = ANY(:units)
        AND a.purpose = 'member'
    JOIN loyalty_entries e ON e.account_id = a.id AND e.effective_at <= asked.upto
        AND e.effective_at >= asked.since AND e.qualifies
    GROUP BY 1, 2
    """
)
_SPENT = text(
    """
    SELECT o.customer_id, o.occurred_at, sum(trunc((o.amount - o.returned) * :scale))
    FROM unnest(CAST(:customers AS uuid[]), CAST(:since AS timestamptz[]),
        CAST(:upto AS timestamptz[])) AS asked (customer, since, upto)
    JOIN loyalty_occasions o ON o.customer_id = asked.customer AND o.programme_id = :programme
        AND o.occurred_at <= asked.upto AND o.occurred_at >= asked.since
    WHERE o.kind = 'purchase' AND NOT o.voided AND o.amount > o.returned
    GROUP BY 1, 2
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
_DUE = text(
    """
    SELECT customer_id FROM loyalty_standings
    WHERE programme_id = :programme AND next_check_at <= :upto
    ORDER BY next_check_at LIMIT :limit
    """
)
_VERSIONS = text(
    """
    SELECT v.in_force_from, v.definition FROM loyalty_tier_policies v
    WHERE v.programme_id = :programme ORDER BY v.in_force_from
    """
)
_WAITS = text(
    """
    UPDATE loyalty_standings SET worked_to = NULL, next_check_at = least(next_check_at, :at)
    WHERE programme_id = :programme AND customer_id = :customer
    """
)
_UNITS = text("SELECT id, kind FROM loyalty_units WHERE programme_id = :programme")
_BEGINNING = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class TierBook:
    """A programme's tiers, as working out needs them; ``versions`` in the order of time."""

    programme_id: UUID
    programme: str
    zone: ZoneInfo
    versions: tuple[Version, ...]
    units: tuple[UUID, ...]

    def in_force(self, at: datetime) -> Policy:
        """Return the policy in force; the first one also before it was made."""
        found = [one.policy for one in self.versions if one.since <= at]
        return found[-1] if found else self.versions[0].policy


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


def open_tiers(
    session: Session, programme_id: UUID, programme: str, zone: ZoneInfo
) -> TierBook | None:
    """Return a programme's tiers; None where it has none."""
    values = {"programme": programme_id}
    versions = tuple(
        Version(since, read_tiers(definition))
        for since, definition in session.execute(_VERSIONS, values)
    )
    if not versions:
        return None
    units = session.execute(_UNITS, values)
    return TierBook(
        programme_id=programme_id,
        programme=programme,
        zone=zone,
        versions=versions,
        units=tuple(id_ for id_, kind in units if kind == "qualifying"),
    )


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
    _store(session, book, done, further, now=now)


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
    values = {"programme": book.programme_id, "customer": customer_id}
    found = session.execute(_ONE, values).one_or_none()
    if found is None:
        return Kept(book.in_force(now).tiers[0].key)
    row = Stored(*found)
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
    values = {"programme": book.programme_id, "customers": list(customers)}
    stored = (Stored(*row) for row in session.execute(_LOCK if lock else _SEE, values))
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


def read_earned(
    session: Session,
    book: TierBook,
    asked: Iterable[tuple[UUID, datetime, datetime]],
    *,
    by_day: bool = False,
) -> dict[UUID, list[Earned]]:
    """Return what counts towards tiers by member: those asked for, from and up to an instant.

    :param by_day: units of a local day together, as of its beginning: enough for what leaves.
    """
    rows = list(asked)
    if not rows:
        return {}
    customers, since, upto = (list(column) for column in zip(*rows, strict=True))
    values: dict[str, Any] = {"customers": customers, "since": since, "upto": upto}
    if book.versions[-1].policy.basis == "spend":
        values |= {"programme": book.programme_id, "scale": SCALE}
        found = session.execute(_SPENT, values)
    else:
        values |= {"units": list(book.units), "by_day": by_day, "zone": book.zone.key}
        found = session.execute(_ENTRIES, values)
    earned: dict[UUID, list[Earned]] = defaultdict(list)
    for customer, at, amount in found:
        earned[customer].append((at, int(amount)))
    return earned


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


def _store(
    session: Session,
    book: TierBook,
    done: Sequence[tuple[Stored, State, list[Change]]],
    further: Collection[UUID],
    *,
    now: datetime,
) -> None:
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
