"""Quick search: by characters, pinyin, initials, e-mail, the last digits of a phone.

The GIN index on ``search_tokens`` gives a bounded number of candidates, whole names first;
``search/ranking.py`` puts them in order and drops what only looked alike. What very many answer
(``@qq.com``) is not looked up: reading all their places in the index takes longer than to meet
enough of them among the newest customers.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Row, Subquery, cast, func, literal, select
from sqlalchemy.orm import Session

from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES
from guanxi.customers.domain.search import Candidate, TokenQuery, query_tokens, rank, token_numbers
from guanxi.customers.models import Customer
from guanxi.db.by_index import by_index
from guanxi.db.literals import int_array

CANDIDATES: Final = 60
"""Customers that are compared with the query in full."""
NEWEST: Final = 600
"""Customers among whom that many are met if one in ten answers the query."""
SAMPLE: Final = 120
"""The first of them, who tell whether it is worth looking at the others."""
OFTEN: Final = 9
"""So many of the sample say that it is."""


_TOKENS: Final[ColumnElement[Any]] = CUSTOMERS.c.search_tokens
_MERGED: Final = CUSTOMERS.alias("merged")
_OTHER_NAMES: Final = (
    select(func.array_agg(_MERGED.c.display_name))
    .where(_MERGED.c.merged_into == Customer.id)
    .scalar_subquery()
)
_KNOWN_BY: Final = (
    select(func.array_agg(func.concat(IDENTITIES.c.kind, " ", IDENTITIES.c.value)))
    .where(IDENTITIES.c.customer_id == Customer.id)
    .scalar_subquery()
)
_SHOWN: Final = select(
    Customer.id,
    Customer.kind,
    Customer.display_name,
    Customer.family_name,
    Customer.given_name,
    Customer.name_order,
    Customer.city,
    _KNOWN_BY.label("identities"),
    _OTHER_NAMES.label("other_names"),
)
_FOUND: Final = select(Customer.id).where(
    Customer.merged_into.is_(None), Customer.erased_at.is_(None)
)


def _those_newest(count: int) -> Subquery:
    newest = select(CUSTOMERS.c.id, _TOKENS).order_by(
        CUSTOMERS.c.created_at.desc(), CUSTOMERS.c.id.desc()
    )
    living = newest.where(CUSTOMERS.c.merged_into.is_(None), CUSTOMERS.c.erased_at.is_(None))
    return living.limit(count).subquery()


_SAMPLE: Final = _those_newest(SAMPLE)
_NEWEST: Final = _those_newest(NEWEST)


class Hit(NamedTuple):
    """A customer found: enough to show a line and go there."""

    id: UUID
    kind: str
    name: str
    family_name: str | None
    given_name: str | None
    name_order: str
    city: str | None
    detail: str
    """An e-mail address, phone number or id, to tell namesakes apart; empty if there is none."""
    score: float


def search_customers(session: Session, text: str, *, limit: int = 8) -> list[Hit]:
    """Return the customers within sight that answer ``text`` best, the best first.

    Merged and erased customers are not found. Text without letters and digits finds nobody.
    """
    query = query_tokens(text)
    if not query.groups:
        return []
    newest = _newest(session, query)
    with by_index(session):
        rows = _rows(session, query, newest, limit)
    hits = [_hit(row, query) for row in rows]
    found = [hit for hit in hits if hit.score > 0]
    return sorted(found, key=lambda hit: (-hit.score, hit.name, hit.id))[:limit]


def _rows(
    session: Session, query: TokenQuery, newest: Sequence[UUID], limit: int
) -> list[Row[Any]]:
    """Return who is called just so, then others who may be meant if those are few."""
    rows = _candidates(session, [_has_all(query.exact, _TOKENS)]) if query.exact else []
    if len(rows) < limit:
        known = {row.id for row in rows}
        wanted = [Customer.id.in_(newest)] if newest else _conditions(query, _TOKENS)
        rows += [row for row in _candidates(session, wanted) if row.id not in known]
    return rows


def _newest(session: Session, query: TokenQuery) -> Sequence[UUID]:
    """Return the newest customers who answer the query, or nobody if they are not that many."""
    met = select(func.count()).where(*_conditions(query, _SAMPLE.c.search_tokens))
    answering = (
        select(Customer.id)
        .join(_NEWEST, _NEWEST.c.id == Customer.id)
        .where(met.scalar_subquery() >= OFTEN, *_conditions(query, _NEWEST.c.search_tokens))
    )
    found = session.scalars(answering.limit(CANDIDATES)).all()
    return found if len(found) == CANDIDATES else ()


def matches(query: TokenQuery) -> list[ColumnElement[bool]]:
    """Return the conditions that a list puts on customers to show what ``query`` may mean.

    Unlike in :func:`search_customers` nothing is ranked or dropped, so a list can be paged.
    """
    return _conditions(query, Customer.search_tokens) if query.groups else [literal(value=False)]


def _conditions(query: TokenQuery, tokens: Any) -> list[ColumnElement[bool]]:
    conditions = [_has_all(query.every, tokens)] if query.every else []
    return conditions + [tokens.overlap(_array(group)) for group in query.any_of]


def _has_all(wanted: Sequence[str], tokens: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = tokens.contains(_array(wanted))
    return found


def _array(tokens: Sequence[str]) -> ColumnElement[Sequence[int]]:
    return cast(literal(int_array(token_numbers(tokens))), ARRAY(Integer))


def _candidates(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Row[Any]]:
    found = _FOUND.where(*conditions).limit(CANDIDATES)
    return list(session.execute(_SHOWN.where(Customer.id.in_(found))))


def _hit(row: Row[Any], query: TokenQuery) -> Hit:
    by_kind: dict[str, list[str]] = {}
    for one in row.identities or ():
        kind, _, value = one.partition(" ")
        by_kind.setdefault(kind, []).append(value)
    emails, phones = by_kind.get("email", []), by_kind.get("phone", [])
    others = [*by_kind.get("external", []), *by_kind.get("social", [])]
    names = [row.display_name, *(row.other_names or ())]
    return Hit(
        row.id,
        row.kind,
        row.display_name,
        row.family_name,
        row.given_name,
        row.name_order,
        row.city,
        next(iter((*emails, *phones, *others)), ""),
        rank(query, Candidate(names, emails, phones, others)),
    )
