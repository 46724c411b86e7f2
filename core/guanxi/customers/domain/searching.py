"""Quick search: by characters, pinyin, initials, e-mail, the last digits of a phone.

The GIN index on ``search_tokens`` gives a bounded number of candidates, whole names first;
``search/ranking.py`` puts them in order and drops what only looked alike.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Text, cast, func, literal, select
from sqlalchemy.orm import Session

from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES
from guanxi.customers.domain.search import Candidate, TokenQuery, query_tokens, rank
from guanxi.customers.models import Customer
from guanxi.db.by_index import by_index
from guanxi.db.literals import text_array

CANDIDATES: Final = 60
"""Customers that are compared with the query in full."""


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
    with by_index(session):
        rows = _rows(session, query, limit)
    hits = [_hit(row, query) for row in rows]
    found = [hit for hit in hits if hit.score > 0]
    return sorted(found, key=lambda hit: (-hit.score, hit.name, hit.id))[:limit]


def _rows(session: Session, query: TokenQuery, limit: int) -> list[Row[Any]]:
    """Return who is called just so, then others who may be meant if those are few."""
    rows = _candidates(session, [_has_all(query.exact, _TOKENS)]) if query.exact else []
    if len(rows) < limit:
        known = {row.id for row in rows}
        rows += [
            row for row in _candidates(session, _conditions(query, _TOKENS)) if row.id not in known
        ]
    return rows


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


def _array(tokens: Sequence[str]) -> ColumnElement[Sequence[str]]:
    return cast(literal(text_array(tokens)), ARRAY(Text))


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
