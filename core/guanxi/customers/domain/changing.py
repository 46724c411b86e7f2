"""Change what is known about one customer: only what differs is written, checked and announced."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain import drafts
from guanxi.customers.domain.custom_values import checked_custom
from guanxi.customers.domain.drafts import FullName
from guanxi.customers.domain.faults import InvalidCustomer, no_such_owner
from guanxi.customers.domain.lookup import living_customer
from guanxi.customers.domain.stored_tokens import refresh_tokens
from guanxi.customers.domain.tagging import make_known
from guanxi.customers.models import Customer
from guanxi.errors import PreconditionFailed
from guanxi.events.vocabulary import CustomerChanged
from guanxi.plugins import dispatch

NAME_FIELDS: Final = ("name", "family_name", "given_name", "name_order")
PLAIN_FIELDS: Final = ("region", "city", "street", "postcode", "note")
CHANGEABLE: Final = frozenset(
    (*NAME_FIELDS, *PLAIN_FIELDS, "language", "country", "birthday", "owner_id", "tags", "custom")
)
"""What :func:`change_customer` takes; everything else has a function of its own."""


def change_customer(
    session: Session,
    customer_id: UUID,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    now: datetime,
) -> Customer:
    """Set some fields of a customer; return it as it is then.

    ``custom`` is a patch: keys not named stay, a value of None clears one. Nothing is written,
    and the version stays, where nothing differs.

    :param expected_version: the version that the person saw.
    :raises NoSuchCustomer: it is not there, or out of sight.
    :raises PreconditionFailed: somebody changed it since.
    :raises InvalidCustomer: a field that does not do.
    :raises Refused: a plugin said no.
    """
    customer = living_customer(session, customer_id)
    require_version(customer, expected_version)
    change_locked(session, customer, changes, now=now)
    return customer


def change_locked(
    session: Session, customer: Customer, changes: Mapping[str, Any], *, now: datetime
) -> bool:
    """As :func:`change_customer`, for one that is loaded and locked; return whether it differs."""
    return write_changes(session, customer, _columns(session, customer, changes, now), now=now)


def require_version(customer: Customer, expected: int | None) -> None:
    """Refuse a change of something else than the person saw.

    :raises PreconditionFailed: the versions differ.
    """
    if expected is not None and customer.version != expected:
        raise PreconditionFailed(
            "Somebody changed this customer since you read it. "
            "Read it again and repeat your change."
        )


def write_changes(
    session: Session,
    customer: Customer,
    wanted: Mapping[str, Any],
    *,
    now: datetime,
    action: str = "customer.changed",
    why: Mapping[str, Any] | None = None,
) -> bool:
    """Write the columns that differ, after asking the plugins; return whether any did.

    :param why: what else the audit log should say.
    :raises Refused: a plugin said no.
    """
    before, after = audit.difference({key: getattr(customer, key) for key in wanted}, wanted)
    if not after:
        return False
    dispatch.check(session, "check_customer", customer=customer, changes=dict(after))
    for name, value in after.items():
        setattr(customer, name, value)
    touch(customer, now)
    _flush(session)
    if "display_name" in after:
        refresh_tokens(session, [customer.id])
    if after.get("tags"):
        make_known(session, after["tags"])
    announce_change(session, customer.id, tuple(_told(before, after)))
    before.pop("sort_name", None)
    after.pop("sort_name", None)
    subject = ("customer", customer.id)
    audit.record(session, action, subject, before=before, after={**after, **(why or {})})
    return True


def touch(customer: Customer, now: datetime) -> None:
    """Count up the version, for the customer looks different from now on."""
    customer.version += 1
    customer.updated_at = now


def announce_change(session: Session, customer_id: UUID, fields: tuple[str, ...]) -> None:
    """Append the event that names what changed."""
    events.append(session, CustomerChanged(customer_id=customer_id, fields=fields))


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names for the event; custom fields one by one."""
    names = [name for name in after if name not in ("custom", "sort_name")]
    if "custom" in after:
        old, new = before["custom"], after["custom"]
        keys = sorted({*old, *new})
        names += [f"custom.{key}" for key in keys if old.get(key) != new.get(key)]
    return names


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        broken = isinstance(error.orig, ForeignKeyViolation) and error.orig.diag.constraint_name
        if broken and broken.endswith("_users"):
            raise no_such_owner() from error
        raise


def _columns(
    session: Session, customer: Customer, changes: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    unknown = sorted(changes.keys() - CHANGEABLE)
    if unknown:
        raise InvalidCustomer("%(name)s cannot be changed here.", field=unknown[0], name=unknown[0])
    columns: dict[str, Any] = _name_columns(customer, changes)
    for name in PLAIN_FIELDS:
        if name in changes:
            columns[name] = drafts.checked_text(changes[name], name)
    if "language" in changes:
        columns["language"] = drafts.checked_language(changes["language"])
    if "country" in changes:
        columns["country"] = drafts.checked_country(changes["country"])
    if "birthday" in changes:
        columns["birthday"] = drafts.checked_birthday(changes["birthday"], now.date())
    if "owner_id" in changes:
        columns["owner_id"] = changes["owner_id"]
    if "tags" in changes:
        columns["tags"] = drafts.checked_tags(changes["tags"] or ())
    if "custom" in changes:
        columns["custom"] = _patched(session, customer, changes["custom"] or {})
    return columns


def _name_columns(customer: Customer, changes: Mapping[str, Any]) -> dict[str, Any]:
    if not any(name in changes for name in NAME_FIELDS):
        return {}
    name = _new_name(customer, changes)
    return {column: getattr(name, column) for column in FullName.__slots__}


def _new_name(customer: Customer, changes: Mapping[str, Any]) -> FullName:
    whole = drafts.checked_text(changes.get("name"), "name")
    in_parts = changes.get("family_name") or changes.get("given_name")
    if customer.kind != "person" or (whole and not in_parts):
        if not whole:
            raise InvalidCustomer("A name cannot be empty.", field="name")
        return drafts.parse_name(whole, customer.kind)
    family = drafts.checked_text(changes.get("family_name", customer.family_name), "family_name")
    given = drafts.checked_text(changes.get("given_name", customer.given_name), "given_name")
    if not family and not given:
        raise InvalidCustomer("A name cannot be empty.", field="family_name")
    order = changes.get("name_order", customer.name_order)
    return drafts.compose_name(family, given, order, changes.get("language", customer.language))


def _patched(session: Session, customer: Customer, patch: Mapping[str, Any]) -> dict[str, Any]:
    checked = checked_custom(session, patch, customer.kind)
    kept = {key: value for key, value in customer.custom.items() if key not in patch}
    return {**kept, **checked}
