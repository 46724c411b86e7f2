"""The columns that a list of customers shows unless its address names others."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from guanxi.access.principal import Principal
from guanxi.customers.domain.list_choices import chosen_columns
from guanxi.plugins.contract import Attribute

COLUMNS: Final = (
    "customers.display_name",
    "customers.kind",
    "customers.country",
    "customers.revenue",
    "customers.purchases",
    "customers.last_contact",
    "customers.tags",
)


def default_columns(
    session: Session, known: Mapping[str, Attribute], person: Principal
) -> Sequence[str]:
    """Return the columns that the person chose, as far as they are still there, or the usual."""
    chosen = chosen_columns(session, person.user_id) if person.user_id else ()
    return [key for key in chosen if key in known and may_see(known[key], person)] or COLUMNS


def may_see(attribute: Attribute, person: Principal) -> bool:
    """Say whether the person may see this of customers whom they may see."""
    return attribute.permission is None or person.may(attribute.permission)
