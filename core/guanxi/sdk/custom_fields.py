"""The fields that admins add to customers, for plugins that need some: ``sdk.custom_fields``.

A field is for everybody from then on; make one only when an admin asked for what needs it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from guanxi.customers.attributes import custom_attribute
from guanxi.customers.domain import custom_fields as domain
from guanxi.customers.domain.custom_fields import all_fields
from guanxi.customers.models import CustomField

__all__ = ["all_fields", "create_field"]

MADE_HERE = "custom_fields_made"
"""The place in ``session.info`` of attributes that other transactions cannot see yet."""


def create_field(session: Session, key: str, type_: str, values: Mapping[str, Any]) -> CustomField:
    """Add a field; ``values`` are its titles, choices and so on.

    ``sdk.attributes_of`` offers it in the same transaction already.

    :raises Invalid: a key, type, title or choice that does not do.
    :raises Conflict: the key is taken, or there are too many fields.
    """
    field = domain.create_field(session, key, type_, values)
    made = custom_attribute(field)
    session.info.setdefault(MADE_HERE, {})[made.key] = made
    return field
