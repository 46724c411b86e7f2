"""What is known about customers beside what they did: attributes of the catalogue, and the team.

An attribute is known as it is now. What hardly changes (country, source, fields of the company's
own) is taken for past cases, too. What changes with what a customer does, as a balance or another
score, would tell of the future: it is known only of cases that were seen when they began.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, attributes_of
from guanxi_scoring.propensity.history import is_living

LASTING: Final = frozenset(
    f"customers.{name}" for name in ("kind", "country", "region", "city", "language", "source")
)
"""Attributes of the core that are taken for past cases; so are custom fields."""
_OFFERED: Final = frozenset({"choice", "boolean", "number", "money", "date", "instant"})
_NEVER: Final = ("customers.owner", "customers.invented", "customers.completeness")
SENSITIVE: Final = "customers.sensitive"
Traits = dict[str, Any]


def is_lasting(key: str) -> bool:
    """Say whether an attribute may be taken for a case of the past as it is now."""
    return key in LASTING or key.startswith("custom.")


def offered(session: Session, may: Callable[[str], bool]) -> list[Attribute]:
    """Return the attributes that somebody may choose for a goal, in the catalogue's order.

    Sensitive fields are never among them: reasons of scores would tell of them. Nor is what a
    goal itself says, or the core's own counts, which the facts know as of each case.
    """
    return [one for one in attributes_of(session).values() if _is_offered(one, may)]


def _is_offered(one: Attribute, may: Callable[[str], bool]) -> bool:
    if one.permission == SENSITIVE or (one.permission is not None and not may(one.permission)):
        return False
    if one.key in _NEVER or one.key.startswith("scoring.propensity_"):
        return False
    return one.key in LASTING or one.type in _OFFERED


def traits_of(
    session: Session, keys: Sequence[str], customer_ids: Collection[UUID], at: datetime
) -> dict[UUID, Traits]:
    """Return the attributes of customers as they are now; what is gone with its plugin is not.

    :param at: days and instants become the number of days until then.
    """
    known = attributes_of(session)
    found = [known[key] for key in keys if key in known and known[key].permission != SENSITIVE]
    if not found or not customer_ids:
        return {}
    query = select(Customer.id, *(one.sql() for one in found)).select_from(Customer)
    joined: list[Any] = []
    for one in found:
        if one.join is not None and not any(one.join is there for there in joined):
            joined.append(one.join)
            query = query.outerjoin(one.join, one.on)
    rows = session.execute(query.where(Customer.id.in_(customer_ids), is_living()))
    return {
        row[0]: {one.key: _plain(value, at) for one, value in zip(found, row[1:], strict=True)}
        for row in rows
    }


PEOPLE: Final = text(
    """
    SELECT c.id, c.status = 'active' AND c.merged_into IS NULL AND c.erased_at IS NULL,
        (SELECT t.team_id FROM team_members t WHERE t.user_id = c.owner_id
         ORDER BY t.team_id LIMIT 1)
    FROM customers c WHERE c.id = ANY(CAST(:ids AS uuid[])) ORDER BY c.id
    """
)
"""Customers, whether they are there and active, and the team of who looks after them; of several
teams the oldest one."""


def lasting_only(traits: Mapping[str, Any]) -> Traits:
    """Return what may be taken for a case of the past."""
    return {key: value for key, value in traits.items() if is_lasting(key)}


def named(keys: Iterable[str], session: Session) -> dict[str, Attribute]:
    """Return the attributes of keys that are there."""
    known = attributes_of(session)
    return {key: known[key] for key in keys if key in known}


def _plain(value: Any, at: datetime) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return round((at - value).total_seconds() / 86_400, 1)
    if isinstance(value, date):
        return float((at.date() - value).days)
    if isinstance(value, int | float | Decimal):
        return float(value)
    return str(value)
