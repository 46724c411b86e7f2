"""Write who is in which class from now on, whatever decided it: one statement for any number.

In one scheme a customer has one open stay at most (a partial unique index says so), and stays
follow each other without a gap: the next begins at the instant at which the last one ends.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    TextualSelect,
    Uuid,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from guanxi.sdk import Customer, append
from guanxi_segmentation.models import ClassStay, Scheme
from guanxi_segmentation.schemes.events import ClassChanged

STAYS: Final = ClassStay.__table__
_INSTANT: Final = TIMESTAMP(timezone=True)
Instant = datetime | ColumnElement[datetime]
Words = str | ColumnElement[str]
"""Values, or parameters that are given later."""
ANNOUNCED: Final = frozenset({"changed", "time", "recut", "audit"})
"""Causes that are announced; that an admin made or edited a scheme is not."""


def move(
    session: Session,
    scheme: Scheme,
    wanted: Select[Any] | TextualSelect,
    *,
    few: Sequence[UUID] | None,
    as_of: datetime,
    cause: str,
    names: dict[UUID, str],
) -> int:
    """Make the open stays in ``scheme`` those of the select (customer_id, class_id).

    If it has a column ``recheck_at``, those who stay are given it.

    Who is sorted for the first time has been in the class since the customer and the scheme are
    there. An instant before the open stay began rewrites that stay.

    :param names: keys of the classes by id, for the events.
    :return: how many customers changed their class, or were sorted for the first time.
    """
    if few is not None and not _anybody_moves(session, scheme, wanted, few):
        return 0
    among = None if few is None else STAYS.c.customer_id.in_(few)
    first = "built" if cause not in ("changed", "time") else cause
    statement = moving(scheme, wanted, among, as_of=as_of, cause=cause, first=first)
    return told(session, scheme.key, session.execute(statement).all(), names, cause)


def moving(
    scheme: Scheme,
    wanted: Select[Any] | TextualSelect,
    among: ColumnElement[bool] | None,
    *,
    as_of: Instant,
    cause: Words,
    first: Words,
) -> CompoundSelect[Any]:
    """Return the statement of :func:`move`; its rows are for :func:`told`.

    :param among: the condition on stays that says about whom.
    :param first: the cause of those who are sorted for the first time.
    """
    w = wanted.cte("wanted")
    there = _open(scheme, among)
    going = _moving(w, there)
    new = _first(w, there, scheme, first)
    changes = select(going.c.customer_id, going.c.before, going.c.class_id, _count(new))
    nobody = select(literal(None, Uuid), literal(None, Uuid), literal(None, Uuid), _count(new))
    statement = changes.union_all(nobody)
    statement = statement.add_cte(_rewritten(going, scheme, as_of, cause))
    statement = statement.add_cte(_reopened(going, scheme, as_of, cause))
    if "recheck_at" in w.c:
        statement = statement.add_cte(_rechecked(w, scheme))
    return statement


def told(
    session: Session, scheme: str, rows: Sequence[Any], names: Mapping[UUID, str], cause: str
) -> int:
    """Announce who changed their class; return how many did, or were sorted for the first time."""
    new: int = rows[-1][3] if rows else 0
    changed = [row for row in rows if row[0] is not None]
    if cause in ANNOUNCED:
        for customer_id, before, after, _ in changed:
            between = names.get(before), names.get(after)
            _announce(session, scheme, customer_id, cause, between)
    return len(changed) + new


def _anybody_moves(
    session: Session, scheme: Scheme, wanted: Select[Any] | TextualSelect, few: Sequence[UUID]
) -> bool:
    """Look before the great statement: most events change nobody's class."""
    moves = anybody_moves(scheme, wanted, STAYS.c.customer_id.in_(few))
    return session.execute(moves).first() is not None


def anybody_moves(
    scheme: Scheme, wanted: Select[Any] | TextualSelect, among: ColumnElement[bool]
) -> Select[Any]:
    """Return the select that finds a row if anything is to be written about the customers.

    :param among: the condition on stays that says about whom.
    """
    w = wanted.subquery("wanted")
    there = _open(scheme, among)
    differs = there.c.class_id.is_distinct_from(w.c.class_id)
    if "recheck_at" in w.c:
        differs = or_(differs, there.c.recheck_at.is_distinct_from(w.c.recheck_at))
    found = select(w.c.customer_id).outerjoin(there, there.c.customer_id == w.c.customer_id)
    return found.where(differs).limit(1)


def _open(scheme: Scheme, among: ColumnElement[bool] | None) -> CTE:
    query = select(
        STAYS.c.customer_id, STAYS.c.class_id, STAYS.c.entered_at, STAYS.c.recheck_at
    ).where(STAYS.c.scheme_id == scheme.id, STAYS.c.left_at.is_(None))
    return (query if among is None else query.where(among)).cte("there")


def _rechecked(w: CTE, scheme: Scheme) -> CTE:
    """Those who stay where they are, and have to be looked at at another instant."""
    return (
        update(STAYS)
        .values(recheck_at=w.c.recheck_at)
        .where(
            _is_open(w, scheme),
            STAYS.c.class_id == w.c.class_id,
            STAYS.c.recheck_at.is_distinct_from(w.c.recheck_at),
        )
        .returning(STAYS.c.customer_id)
        .cte("rechecked")
    )


def _moving(w: CTE, there: CTE) -> CTE:
    return (
        select(w.c.customer_id, w.c.class_id, there.c.class_id.label("before"), there.c.entered_at)
        .join(there, there.c.customer_id == w.c.customer_id)
        .where(w.c.class_id != there.c.class_id)
        .cte("moving")
    )


def _rewritten(moving: CTE, scheme: Scheme, as_of: Instant, cause: Words) -> CTE:
    """A stay that begins at this very instant, or later, becomes one in the new class."""
    return (
        update(STAYS)
        .values(class_id=moving.c.class_id, entered_cause=cause, recheck_at=None)
        .where(_is_open(moving, scheme), moving.c.entered_at >= as_of)
        .returning(STAYS.c.customer_id)
        .cte("rewritten")
    )


def _reopened(moving: CTE, scheme: Scheme, as_of: Instant, cause: Words) -> CTE:
    """Other stays end, and the next begins: it reads who ended, so the old one is closed first."""
    closed = (
        update(STAYS)
        .values(left_at=as_of, left_cause=cause)
        .where(_is_open(moving, scheme), moving.c.entered_at < as_of)
        .returning(STAYS.c.customer_id, moving.c.class_id)
        .cte("closed")
    )
    begun = select(
        closed.c.customer_id,
        literal(scheme.id, Uuid),
        _given(as_of, _INSTANT),
        closed.c.class_id,
        _given(cause, Text()),
    )
    return insert(STAYS).from_select(_BEGUN, begun).returning(STAYS.c.customer_id).cte("reopened")


_BEGUN: Final = ("customer_id", "scheme_id", "entered_at", "class_id", "entered_cause")


def _first(w: CTE, there: CTE, scheme: Scheme, cause: Words) -> CTE:
    since = func.greatest(Customer.created_at, cast(literal(scheme.created_at), _INSTANT))
    begun = (
        select(
            w.c.customer_id,
            literal(scheme.id, Uuid),
            since,
            w.c.class_id,
            _given(cause, Text()),
        )
        .select_from(w)
        .join(Customer, Customer.id == w.c.customer_id)
        .outerjoin(there, there.c.customer_id == w.c.customer_id)
        .where(there.c.customer_id.is_(None))
    )
    return insert(STAYS).from_select(_BEGUN, begun).returning(STAYS.c.customer_id).cte("first")


def _given(value: Any, type_: TypeEngine[Any]) -> ColumnElement[Any]:
    return value if isinstance(value, ColumnElement) else literal(value, type_)


def _count(first: CTE) -> Any:
    return select(func.count()).select_from(first).scalar_subquery()


def _is_open(moving: CTE, scheme: Scheme) -> Any:
    return (
        (STAYS.c.customer_id == moving.c.customer_id)
        & (STAYS.c.scheme_id == scheme.id)
        & STAYS.c.left_at.is_(None)
    )


def _announce(
    session: Session, scheme: str, customer_id: UUID, cause: str, between: tuple[Any, Any]
) -> None:
    before, after = between
    if before is not None and after is not None:
        changed = ClassChanged(
            customer_id=customer_id, scheme=scheme, before=before, after=after, cause=cause
        )
        append(session, changed)
