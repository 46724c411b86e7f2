"""What judging asks about members, read for many at once: attributes, purchases, uses of rules."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, attributes_of, send
from guanxi_loyalty.earning.facts import Happening, RuleFacts
from guanxi_loyalty.ledger.arrays import column

_NUMBERS = text(
    """
    SELECT id, number FROM (
        SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS number
        FROM touchpoints
        WHERE customer_id = ANY(:customers) AND kind = 'purchase' AND state = 'recorded'
    ) numbered WHERE id = ANY(:ids)
    """
)
_BEFORE = text(
    """
    SELECT count(*) FROM touchpoints
    WHERE customer_id = :customer AND kind = 'purchase' AND state = 'recorded'
      AND (occurred_at, id) < (:at, :id)
    """
)
_USES = text(
    """
    SELECT rule_id, customer_id, period, begins, times, units FROM loyalty_rule_uses
    WHERE rule_id = ANY(:rules) AND customer_id = ANY(:customers)
    """
)
_ELSEWHERE = """
    SELECT id, merged_into, erased_at IS NOT NULL FROM customers
    WHERE id = ANY(%s::uuid[]) AND (merged_into IS NOT NULL OR erased_at IS NOT NULL)
    """

Uses = dict[UUID, dict[tuple[UUID, str, date], tuple[int, int]]]


def living(session: Session, customers: Collection[UUID]) -> dict[UUID, UUID]:
    """Return as whom each customer lives on after mergers; the erased are left out."""
    found = {one: one for one in customers}
    asked = set(customers)
    while asked:
        rows = send(session, _ELSEWHERE, (column(list(asked)),)).fetchall()
        moved = {row[0]: row[1] for row in rows if row[1] is not None}
        gone = {row[0] for row in rows if row[2]}
        found = {one: moved.get(at, at) for one, at in found.items() if at not in gone}
        asked = set(moved.values())
    return found


def attribute_keys(rules: Iterable[RuleFacts]) -> list[str]:
    """Return the attributes that rules ask about."""
    asked = (one.key for rule in rules for one in rule.definition.conditions.attributes)
    return list(dict.fromkeys(asked))


def attributes(
    session: Session, keys: Sequence[str], customers: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """Return the values of attributes of the catalogue; one that is gone has none."""
    catalogue = attributes_of(session)
    known = [key for key in keys if key in catalogue]
    if not known or not customers:
        return {}
    source: Any = Customer.__table__
    joined: set[int] = set()
    for key in known:
        one = catalogue[key]
        if one.join is not None and id(one.join) not in joined:
            joined.add(id(one.join))
            source = source.outerjoin(one.join, one.on)
    columns: list[Any] = [catalogue[key].sql().label(f"a{n}") for n, key in enumerate(known)]
    ids = bindparam("ids", list(customers), type_=ARRAY(Uuid))
    query = select(Customer.id, *columns).select_from(source).where(Customer.id == ids.any_())
    session.flush()
    rows = session.connection().execute(query)
    return {row[0]: dict(zip(known, row[1:], strict=True)) for row in rows}


def purchases_before(
    session: Session, happenings: Iterable[tuple[UUID, Happening]]
) -> dict[UUID, int]:
    """Return by purchase how many of the member took place before it."""
    pairs = list(happenings)
    values = {
        "customers": list({customer for customer, _ in pairs}),
        "ids": [happening.id for _, happening in pairs],
    }
    return {row[0]: int(row[1]) - 1 for row in session.execute(_NUMBERS, values)}


def count_before(session: Session, customer_id: UUID, happening: Happening) -> int:
    """Return how many purchases of a member took place before something that may not have."""
    values = {"customer": customer_id, "at": happening.at, "id": happening.id}
    return int(session.execute(_BEFORE, values).scalar_one())


def counts_purchases(rules: Iterable[RuleFacts]) -> bool:
    """Return whether a rule asks for the first or so-manieth purchase."""
    return any(rule.definition.conditions.nth or rule.definition.conditions.every for rule in rules)


def uses(session: Session, rules: Iterable[RuleFacts], customers: Collection[UUID]) -> Uses:
    """Return by customer what rules with limits gave, by rule and period."""
    limited = [rule.id for rule in rules if rule.definition.limits]
    found: Uses = {}
    if limited:
        rows = session.execute(_USES, {"rules": limited, "customers": list(customers)})
        for rule, customer, period, begins, times, units in rows:
            found.setdefault(customer, {})[rule, period, begins] = (times, units)
    return found
