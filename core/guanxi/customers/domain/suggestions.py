"""Suggested duplicates (疑似重复): the pairs that somebody should look at, and what became of them.

Finding them is in ``matching.py``. A pair that a person dismissed is never suggested again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Table, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.duplicates import Match
from guanxi.customers.domain.lookup import living_pair
from guanxi.customers.models import Customer, DuplicateSuggestion
from guanxi.errors import NotFound

State = Literal["open", "dismissed", "merged"]
SUGGESTIONS: Final[Table] = DuplicateSuggestion.__table__  # type: ignore[assignment]


class Found(NamedTuple):
    """Two customers that may be the same."""

    one_id: UUID
    other_id: UUID
    match: Match


class Suggestion(NamedTuple):
    """A pair as it is shown, both sides within sight."""

    one: Customer
    other: Customer
    score: float
    reasons: Sequence[dict[str, Any]]


def place_of(pair: Suggestion) -> tuple[float, UUID, UUID]:
    """Return where a pair stands in the list, for ``open_suggestions(after=...)``."""
    return pair.score, *_ordered(pair.one.id, pair.other.id)


def record_found(session: Session, found: Iterable[Found], *, now: datetime) -> int:
    """Write pairs down and return how many; those that were dismissed or merged stay so."""
    rows = [_row(one, now) for one in found]
    if not rows:
        return 0
    new = insert(SUGGESTIONS)
    session.execute(
        new.on_conflict_do_update(
            index_elements=["a_id", "b_id"],
            set_={"score": new.excluded.score, "reasons": new.excluded.reasons},
            where=SUGGESTIONS.c.state == "open",
        ),
        rows,
    )
    return len(rows)


def _row(found: Found, now: datetime) -> dict[str, Any]:
    a_id, b_id = _ordered(found.one_id, found.other_id)
    score, reasons = found.match
    shown = [
        {**one._asdict(), "similarity": round(one.similarity, 3), "bits": round(one.bits, 2)}
        for one in reasons
    ]
    return {"a_id": a_id, "b_id": b_id, "score": score, "reasons": shown, "found_at": now}


def open_suggestions(
    session: Session, *, limit: int, after: tuple[float, UUID, UUID] | None = None
) -> list[Suggestion]:
    """Return open pairs within sight, the likeliest first, behind ``after`` (score and ids)."""
    s = DuplicateSuggestion
    query = _visible_pairs().order_by(s.score.desc(), s.a_id, s.b_id).limit(limit)
    if after is not None:
        score, a_id, b_id = after
        further = tuple_(s.a_id, s.b_id) > tuple_(a_id, b_id)
        query = query.where(or_(s.score < score, (s.score == score) & further))
    return _with_customers(session, session.scalars(query).all())


def count_open(session: Session, most: int) -> int:
    """Return how many open pairs are within sight; counting ends at ``most``."""
    s = DuplicateSuggestion
    query = _visible_pairs().order_by(s.score.desc(), s.a_id, s.b_id).limit(most)
    return len(session.scalars(query).all())


def suggestions_of(session: Session, customer_id: UUID, limit: int = 5) -> list[Suggestion]:
    """Return the open pairs of one customer, the likeliest first; ``one`` is that customer."""
    s = DuplicateSuggestion
    mine = or_(s.a_id == customer_id, s.b_id == customer_id)
    query = _visible_pairs().where(mine).order_by(s.score.desc()).limit(limit)
    return [
        pair if pair.one.id == customer_id else pair._replace(one=pair.other, other=pair.one)
        for pair in _with_customers(session, session.scalars(query).all())
    ]


def _visible_pairs() -> Select[DuplicateSuggestion]:
    seen = select(Customer.id).where(Customer.merged_into.is_(None), Customer.erased_at.is_(None))
    s = DuplicateSuggestion
    return select(s).where(s.state == "open", s.a_id.in_(seen), s.b_id.in_(seen))


def _with_customers(session: Session, pairs: Sequence[DuplicateSuggestion]) -> list[Suggestion]:
    wanted = {one for pair in pairs for one in (pair.a_id, pair.b_id)}
    found = {
        one.id: one
        for one in (
            session.scalars(select(Customer).where(Customer.id.in_(wanted))) if wanted else ()
        )
    }
    return [Suggestion(found[p.a_id], found[p.b_id], p.score, p.reasons) for p in pairs]


def dismiss(session: Session, one_id: UUID, other_id: UUID) -> None:
    """Say that two customers are not the same.

    :raises NotFound: the pair is not suggested.
    """
    living_pair(session, one_id, other_id)
    if not settle_pair(session, one_id, other_id, "dismissed"):
        raise NotFound("These two are not suggested as duplicates.")
    audit.record(
        session, "duplicate.dismissed", ("customer", one_id), after={"not_the_same_as": other_id}
    )


def settle_pair(session: Session, one_id: UUID, other_id: UUID, state: State) -> bool:
    """Note what became of a suggested pair; return False if it is none."""
    a_id, b_id = _ordered(one_id, other_id)
    settled = session.execute(
        update(SUGGESTIONS)
        .where(SUGGESTIONS.c.a_id == a_id, SUGGESTIONS.c.b_id == b_id)
        .values(state=state)
        .returning(SUGGESTIONS.c.a_id)
    )
    return settled.first() is not None


def _ordered(one_id: UUID, other_id: UUID) -> tuple[UUID, UUID]:
    return (one_id, other_id) if one_id < other_id else (other_id, one_id)
