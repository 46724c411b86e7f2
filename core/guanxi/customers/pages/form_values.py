"""The customer form: what it shows for a customer, and what it says when it comes back.

Both are the same mapping of names to text (lists for several choices), so that one can tell
what the person changed, and what somebody else changed meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from werkzeug.datastructures import MultiDict

from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.identities import Identity
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.models import Customer, CustomField
from guanxi.db import json

Values = Mapping[str, Any]
TEXTS: Final = ("language", "country", "region", "city", "street", "postcode", "note")
NAMES: Final = {
    "person": ("family_name", "given_name", "name_order"),
    "organisation": ("name",),
}
_OTHERS: Final = ("birthday", "owner_id", "tags")
CUSTOM: Final = "custom."


def names_of(kind: str, fields: Collection[CustomField]) -> list[str]:
    """Return the names of all inputs of the form."""
    custom = [CUSTOM + field.key for field in fields]
    return [*NAMES.get(kind, NAMES["person"]), *TEXTS, *_OTHERS, *custom]


def stored_values(customer: Customer, fields: Collection[CustomField]) -> dict[str, Any]:
    """Return what the form shows for a customer."""
    values: dict[str, Any] = {name: getattr(customer, name) or "" for name in TEXTS}
    values |= {name: getattr(customer, name) or "" for name in NAMES["person"]}
    values["name"] = customer.display_name
    values["birthday"] = customer.birthday.isoformat() if customer.birthday else ""
    values["owner_id"] = str(customer.owner_id or "")
    values["tags"] = ", ".join(customer.tags)
    for field in fields:
        values[CUSTOM + field.key] = _shown(field, customer.custom.get(field.key))
    return {name: values[name] for name in names_of(customer.kind, fields)}


def typed_values(
    form: MultiDict[str, str], kind: str, fields: Collection[CustomField]
) -> dict[str, Any]:
    """Return what a person typed into the form."""
    several = {CUSTOM + field.key for field in fields if field.type == "choices"}
    return {
        name: form.getlist(name) if name in several else form.get(name, "").strip()
        for name in names_of(kind, fields)
    }


def changed_names(was: Values, typed: Values, stored: Values) -> tuple[list[str], list[str]]:
    """Return what the person changed, and what of it somebody else changed meanwhile."""
    changed = [name for name in typed if _differs(typed[name], was.get(name, ""))]
    contested = [
        name
        for name in changed
        if _differs(stored[name], was.get(name, "")) and _differs(stored[name], typed[name])
    ]
    return changed, contested


def changes_from(
    typed: Values, names: Collection[str], fields: Sequence[CustomField]
) -> dict[str, Any]:
    """Return the inputs in ``names`` as ``change_customer`` takes them.

    :raises InvalidCustomer: a value that cannot be read.
    """
    changes: dict[str, Any] = {
        name: typed[name] or None for name in names if not name.startswith(CUSTOM)
    }
    for name, convert in _CONVERT.items():
        if name in changes:
            changes[name] = convert(typed[name])
    custom = {
        field.key: _custom_value(field, typed[CUSTOM + field.key])
        for field in fields
        if CUSTOM + field.key in names
    }
    return {**changes, "custom": custom} if custom else changes


def draft_from(
    typed: Values, kind: str, fields: Sequence[CustomField], identities: Sequence[Identity]
) -> CustomerDraft:
    """Return the draft that the form describes.

    :raises InvalidCustomer: a value that cannot be read.
    """
    values = changes_from(typed, list(typed), fields)
    custom = {key: value for key, value in values.pop("custom", {}).items() if value is not None}
    tags = tuple(values.pop("tags"))
    return CustomerDraft(
        kind=kind, identities=tuple(identities), custom=custom, tags=tags, **values
    )


def identities_from(form: Mapping[str, str], region: str) -> list[Identity]:
    """Return the identities typed into the form for a new customer.

    :raises InvalidIdentity: one that is none; it names the input.
    """
    found = []
    for kind in ("email", "phone"):
        text = form.get(kind, "").strip()
        if text:
            found.append(read_identity(kind, text, region=region))
    return found


def pack(values: Values) -> str:
    """Return what the form showed, to come back with it."""
    return json.dumps(values)


def unpack(text: str) -> dict[str, Any]:
    """Return what :func:`pack` packed; nothing if it was tampered with."""
    try:
        values = json.loads(text or "{}")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _differs(one: Any, other: Any) -> bool:
    return _plain(one) != _plain(other)


def _plain(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return sorted(map(str, value))
    return str(value or "").replace("\r\n", "\n").strip()


def _shown(field: CustomField, value: Any) -> Any:
    if field.type == "choices":
        return value or []
    if field.type == "boolean":
        return {True: "1", False: "0"}.get(value, "")
    return "" if value is None else str(value)


def _custom_value(field: CustomField, typed: Any) -> Any:
    if field.type == "boolean":
        return {"1": True, "0": False}.get(typed)
    return typed or None


def _birthday(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidCustomer("Write the birthday like 1990-12-31.", field="birthday") from None


def _owner(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidCustomer("Choose an owner from the list.", field="owner_id") from None


def split_tags(text: str) -> list[str]:
    """Return tags written in one line, parted by commas of either width."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


_CONVERT: Final = {"birthday": _birthday, "owner_id": _owner, "tags": split_tags}
