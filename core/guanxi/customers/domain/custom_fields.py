"""The fields that the admin adds to customers (自定义字段); for values see ``custom_values.py``.

A field is archived, never deleted, so that no value is lost and its key never means something else.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.custom_values import TYPES
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import CustomField
from guanxi.errors import Conflict, NotFound
from guanxi.plugins.records import bump_generation

MAX_FIELDS: Final = 200
MAX_CHOICES: Final = 200
_MAX_TITLE: Final = 80
_KEY: Final = re.compile("[a-z][a-z0-9_]{0,39}")
_APPLIES_TO: Final = ("both", "person", "organisation")
CHANGEABLE: Final = (
    "title_en", "title_zh", "choices", "applies_to", "sensitive", "position", "archived",
)  # fmt: skip
"""The key and the type stay for ever: stored values depend on them."""


_BUMP: Final = text("UPDATE platform_state SET generation = generation + 1")
"""Lets every process read the fields again, see ``CustomFieldAttributes``."""


def all_fields(session: Session) -> Sequence[CustomField]:
    """Return all fields in their order, archived ones last."""
    return session.scalars(
        select(CustomField).order_by(CustomField.archived, CustomField.position, CustomField.key)
    ).all()


def get_field(session: Session, key: str) -> CustomField:
    """Return one field.

    :raises NotFound: there is none with this key.
    """
    field = session.get(CustomField, key)
    if field is None:
        raise NotFound("There is no custom field %(key)s.", key=key)
    return field


def create_field(session: Session, key: str, type_: str, values: Mapping[str, Any]) -> CustomField:
    """Add a field; ``values`` are the rest of its columns.

    :raises InvalidCustomer: a key, type, title or choice that does not do.
    :raises Conflict: the key is taken, or there are too many fields.
    """
    if not _KEY.fullmatch(key):
        raise InvalidCustomer(
            "A key has up to 40 small letters, digits and underscores and begins with a letter.",
            field="key",
        )
    if type_ not in TYPES:
        raise InvalidCustomer(
            "Choose one of the types: %(offered)s.", field="type", offered=", ".join(TYPES)
        )
    known = all_fields(session)
    if any(one.key == key for one in known):
        raise Conflict("There is a custom field %(key)s already.", key=key)
    if len(known) >= MAX_FIELDS:
        raise Conflict("There are %(limit)s custom fields already.", limit=MAX_FIELDS)
    field = CustomField(key=key, type=type_, **_checked(type_, values, {}))
    session.add(field)
    session.execute(_BUMP)
    audit.record(session, "custom_field.created", ("custom_field", key), after=_shown(field))
    session.flush()
    bump_generation(session)
    return field


def change_field(session: Session, key: str, values: Mapping[str, Any]) -> CustomField:
    """Change a field; keys of ``values`` that are not named stay.

    A choice that is in use may be taken off the list; customers keep it.

    :raises NotFound: there is no such field.
    :raises InvalidCustomer: a title or choice that does not do.
    """
    field = get_field(session, key)
    before = _shown(field)
    for name, value in _checked(field.type, values, before).items():
        setattr(field, name, value)
    old, new = audit.difference(before, _shown(field))
    if new:
        session.execute(_BUMP)
        audit.record(session, "custom_field.changed", ("custom_field", key), before=old, after=new)
        session.flush()
        bump_generation(session)
    return field


def _shown(field: CustomField) -> dict[str, Any]:
    return {name: getattr(field, name) for name in CHANGEABLE}


def _checked(type_: str, values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        "choices": [],
        "applies_to": "both",
        "sensitive": False,
        "position": 0,
        "archived": False,
    }
    merged = {**defaults, **before, **{k: v for k, v in values.items() if k in CHANGEABLE}}
    for name in ("title_en", "title_zh"):
        merged[name] = _title(merged.get(name), name)
    if merged["applies_to"] not in _APPLIES_TO:
        raise InvalidCustomer(
            "A field is for persons, for organisations, or for both.", field="applies_to"
        )
    merged["choices"] = _choices(merged["choices"]) if type_ in ("choice", "choices") else []
    return merged


def _title(value: str | None, name: str) -> str:
    title = clean_text(value or "", _MAX_TITLE)
    if not title:
        raise InvalidCustomer("Give the field a title in English and in Chinese.", field=name)
    return title


def _choices(choices: Sequence[str]) -> list[str]:
    cleaned = [clean_text(one, _MAX_TITLE) for one in choices]
    distinct = list(dict.fromkeys(one for one in cleaned if one))
    if not 1 <= len(distinct) <= MAX_CHOICES:
        raise InvalidCustomer(
            "A list of choices has 1 to %(limit)s entries.", field="choices", limit=MAX_CHOICES
        )
    return distinct
