"""Whether a list is walked through in its order until enough customers meet its conditions.

It is, where an index has that order and conditions are met often among the next customers;
``query.py`` looks first. The other way is to look up all who meet them and put those in order.
Both return the same rows: only the time differs.
"""

from collections.abc import Iterator
from operator import and_, eq
from typing import Any, Final, NamedTuple

from sqlalchemy import Alias, BinaryExpression, BooleanClauseList, Column, Table
from sqlalchemy.orm import InstrumentedAttribute

from guanxi.plugins.contract import Attribute

SAMPLE: Final = 300
"""Customers who are looked at to learn how often conditions are met."""
OFTEN: Final = 1
"""So many of the sample suffice to walk: without an index the other way reads everybody."""
OFTEN_SEARCHED: Final = 3
"""The same where an index finds those who meet the conditions: one in a hundred."""
FARTHEST: Final = 20_000
"""Customers after whom a walk is given up, so that the last of a cluster costs no more."""


class Ahead(NamedTuple):
    """What a look at the next customers found."""

    seen: int
    met: int

    @property
    def is_all(self) -> bool:
        """Whether the list ends within the sample."""
        return self.seen < SAMPLE


def follows_index(attribute: Attribute) -> bool:
    """Whether an index of its table keeps customers in the order of the attribute."""
    if attribute.type == "choices" or not isinstance(attribute.join, Table | Alias | None):
        return False
    value = attribute.sql()
    if not isinstance(value, Column | InstrumentedAttribute):
        return False
    return any(
        index.columns.contains_column(column)
        for column in value.base_columns
        if isinstance(column, Column)
        for index in column.table.indexes
    )


def identity_beside(attribute: Attribute, identity: Any) -> Any:
    """Return the customer's id as the table of the attribute has it, where that has an index.

    With value and id from one table its index leads to any page; with the id from another,
    everything before the page is read first.
    """
    if attribute.join is None or not follows_index(attribute):
        return identity
    return next(_equal_to(identity, attribute), identity)


def _equal_to(identity: Any, attribute: Attribute) -> Iterator[Any]:
    """Yield columns of the attribute's table that the join requires to be the customer's id."""
    on = attribute.on
    required = on.clauses if isinstance(on, BooleanClauseList) and on.operator is and_ else [on]
    for part in required:
        if isinstance(part, BinaryExpression) and part.operator is eq:
            sides = part.left, part.right
            for own, other in (sides, sides[::-1]):
                is_identity = own.base_columns == identity.base_columns
                if is_identity and getattr(other, "table", None) is attribute.join:
                    yield other
