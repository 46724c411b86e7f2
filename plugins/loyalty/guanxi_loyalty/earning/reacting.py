"""Events of the log: purchases and other contacts earn, returns and corrections take back.

Each event has its effect once, however often and in whatever order it comes: an occasion that is
known earns nothing again, and what returns take back is worked out from all of them together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Line, TouchpointCorrected, TouchpointRecorded, send, write_context
from guanxi_loyalty.earning import counting, members
from guanxi_loyalty.earning.batch import Desk, Judged, Occasion
from guanxi_loyalty.earning.book import Book, open_books
from guanxi_loyalty.earning.facts import RETURN, Happening, Judgement
from guanxi_loyalty.earning.keys import happening_of
from guanxi_loyalty.earning.returning import Stored, campaigns_of, freed, note, post, reconcile
from guanxi_loyalty.ledger.arrays import column
from guanxi_loyalty.tiers.following import Follower

_SEEN = text(
    """
    INSERT INTO loyalty_returns (touchpoint_id, customer_id)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:customers AS uuid[]))
    ON CONFLICT (touchpoint_id) DO UPDATE SET customer_id = excluded.customer_id
    """
)
_RETURNERS = "SELECT DISTINCT customer_id FROM loyalty_returns WHERE customer_id = ANY(%s::uuid[])"
_NOW = text(
    """
    SELECT id, customer_id, kind, channel, outcome, occurred_at, amount, currency, version,
        state = 'voided' FROM touchpoints WHERE id = ANY(:ids)
    """
)
_LINES = text(
    """
    SELECT touchpoint_id, product, description, quantity, unit_price FROM touchpoint_lines
    WHERE touchpoint_id = ANY(:ids) ORDER BY touchpoint_id, number
    """
)
_OCCASION = text(
    """
    SELECT id, kind, customer_id, occurred_at, amount, returned, awards, posted, voided
    FROM loyalty_occasions WHERE programme_id = :programme AND id = ANY(:ids)
    """
)
_VERSIONS = text(
    """
    SELECT id, judged_version FROM loyalty_occasions
    WHERE programme_id = :programme AND id = ANY(:ids)
    """
)
_VOID = text(
    """
    UPDATE loyalty_occasions SET voided = true, judged_version = :version, awards = '[]'
    WHERE programme_id = :programme AND id = :id
    """
)


def recorded(session: Session, events: Sequence[TouchpointRecorded]) -> None:
    """Let purchases and other contacts earn, and returns take back."""
    now = write_context(session).now
    books = open_books(session)
    if not books:
        return
    alive = members.living(session, {e.customer_id for e in events if e.customer_id is not None})
    known = [(alive[e.customer_id], e) for e in events if e.customer_id in alive]
    returned = [(e.touchpoint_id, who) for who, e in known if e.touchpoint.kind == RETURN]
    note_returns(session, returned)
    occasions = [
        (who, happening_of(e.touchpoint_id, e.touchpoint))
        for who, e in known
        if e.touchpoint.kind != RETURN
    ]
    for book in books:
        earn(session, book, occasions, now=now, returners={who for _, who in returned})


def earn(
    session: Session,
    book: Book,
    occasions: Sequence[Occasion],
    *,
    now: datetime,
    returners: Collection[UUID] = (),
) -> list[Judged]:
    """Let members of one programme earn for occasions, then take back what was returned."""
    wanted = [(who, one) for who, one in occasions if one.trigger in book.rules]
    customers = {who for who, _ in wanted} | set(returners)
    if not customers:
        return []
    desk = Desk(session, book, now)
    desk.lock(customers)
    follower = Follower(session, desk.book, customers, now=now)
    follower.join({who: one.at for who, one in reversed(wanted)})
    follower.serve(desk)
    judged = desk.earn(wanted)
    earners = {one.customer_id for one in judged}
    touched = set(returners) | _returners(session, earners)
    for customer in sorted(touched):
        reconcile(session, desk.book, customer, now=now)
    follower.finish(touched)
    return judged


def corrected(session: Session, events: Sequence[TouchpointCorrected]) -> None:
    """Bring the ledger in line with touchpoints as they are now."""
    now = write_context(session).now
    books = open_books(session)
    if not books:
        return
    ids = list({event.touchpoint_id for event in events})
    mentioned = {who for event in events for who in _customers(event)}
    current = {row[0]: row for row in session.execute(_NOW, {"ids": ids})}
    mentioned |= {row[1] for row in current.values() if row[1] is not None}
    alive = members.living(session, mentioned)
    returns = {e.touchpoint_id for e in events if RETURN in _kinds(e)}
    note_returns(
        session,
        [(id_, alive[r[1]]) for id_, r in current.items() if id_ in returns and r[1] in alive],
    )
    lines = _lines(session, ids)
    for book in books:
        _correct(session, book, current, lines, alive, returns=returns, now=now)


def _correct(
    session: Session,
    book: Book,
    current: Mapping[UUID, Sequence[Any]],
    lines: dict[UUID, tuple[Line, ...]],
    alive: dict[UUID, UUID],
    *,
    returns: Collection[UUID],
    now: datetime,
) -> None:
    desk = Desk(session, book, now)
    values = {"programme": book.programme_id, "ids": list(current)}
    before = session.execute(_OCCASION, values).all()
    customers = {row.customer_id for row in before} | set(alive.values())
    if not customers:
        return
    desk.lock(customers)
    follower = Follower(session, desk.book, customers, now=now)
    follower.serve(desk)
    stored = {row.id: Stored(*row) for row in session.execute(_OCCASION, values)}
    versions: dict[UUID, int] = {row[0]: row[1] for row in session.execute(_VERSIONS, values)}
    for id_, row in current.items():
        if versions.get(id_, 0) >= row[8]:
            continue
        old = stored.get(id_)
        if old is not None:
            undo(session, desk.book, old, version=row[8], now=now)
            desk.lock(customers)
        if not row[9] and row[1] in alive and row[2] in book.rules:
            follower.join({alive[row[1]]: row[5]})
            happening = Happening(
                id_, row[2], row[5], row[3], row[4], row[6], row[7], lines.get(id_, ())
            )
            posted = {} if old is None else old.posted
            judged = Judged(alive[row[1]], happening, Judgement((), ()), posted, row[8])
            desk.judge_and_post([judged])
    touched = customers if returns else _returners(session, customers)
    for customer in sorted(touched):
        reconcile(session, desk.book, customer, now=now)
    follower.finish(customers)


def undo(session: Session, book: Book, stored: Stored, *, version: int, now: datetime) -> None:
    """Take back all that an occasion earned: it was not so."""
    for unit in list(stored.posted):
        post(session, book, stored, unit, 0, at=stored.occurred_at, now=now)
    gone = freed(stored, stored.returned)
    rest = {rule: units - gone.get(rule, 0) for rule, _, units in stored.awards if rule}
    counting.free(session, campaigns_of(book, rest))
    for rule in book.every_rule:
        units = sum(one[2] for one in stored.awards if one[0] == str(rule.id))
        if units:
            counting.unuse(
                session,
                rule,
                stored.customer_id,
                units,
                at=stored.occurred_at,
                zone=book.scheme.zone,
            )
    note(session, book, stored, Decimal(0))
    values = {"programme": book.programme_id, "id": stored.id, "version": version}
    session.execute(_VOID, values)


def note_returns(session: Session, returned: Iterable[tuple[UUID, UUID]]) -> None:
    """Note whose purchases have to be matched with returns."""
    rows = sorted(dict(returned).items())
    if rows:
        ids, customers = zip(*rows, strict=True)
        session.execute(_SEEN, {"ids": list(ids), "customers": list(customers)})


def _returners(session: Session, customers: Collection[UUID]) -> set[UUID]:
    if not customers:
        return set()
    return {row[0] for row in send(session, _RETURNERS, (column(list(customers)),))}


def _customers(event: TouchpointCorrected) -> list[UUID]:
    found = [event.customer_id, event.before.customer_id]
    found.append(event.after.customer_id if event.after is not None else None)
    return [one for one in found if one is not None]


def _kinds(event: TouchpointCorrected) -> set[str]:
    return {event.before.kind, event.after.kind if event.after is not None else ""}


def _lines(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[Line, ...]]:
    found: dict[UUID, list[Line]] = defaultdict(list)
    for id_, *line in session.execute(_LINES, {"ids": ids}):
        found[id_].append(Line(*line))
    return {id_: tuple(rows) for id_, rows in found.items()}
