"""What stands in the history of a customer, in words: names for ids, titles for keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain import consents
from guanxi.customers.domain.history import Step
from guanxi.customers.models import Customer
from guanxi.customers.pages.owners import owner_names
from guanxi.http import formats
from guanxi.http.language import current_language
from guanxi.i18n import _, lazy_

OWNER: Final = "owner_id"
CUSTOMERS: Final = frozenset({"customer", "into", "from", "merged", "unmerged", "not_the_same_as"})
"""Fields whose value is a customer's id."""
CONSENT: Final = "consent."
_WORDS: Final = {
    ("kind", "person"): lazy_("Person"),
    ("kind", "organisation"): lazy_("Organisation"),
    ("name_order", "eastern"): lazy_("Family name first"),
    ("name_order", "western"): lazy_("Given name first"),
    ("status", "active"): lazy_("Active"),
    ("status", "closed"): lazy_("Closed"),
    ("occasion", "consent"): lazy_("The customer gave consent"),
    ("occasion", "contact"): lazy_("The customer made contact"),
}

_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {
    "birthday": lambda value: formats.day(date.fromisoformat(value)),
    "country": formats.country,
    "language": formats.language_name,
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names that ids in the history stand for, as far as they are within sight."""

    owners: Mapping[UUID | None, str]
    customers: Mapping[UUID, str]


def names_in(session: Session, steps: Iterable[Step]) -> Names:
    """Read the names of all colleagues and customers that the steps mention."""
    owners: set[UUID | None] = set()
    others: set[UUID] = set()
    for step in steps:
        for field, before, after in step.changes:
            ids = {one for one in map(_id, (before, after)) if one is not None}
            if field == OWNER:
                owners |= ids
            elif field in CUSTOMERS:
                others |= ids
    rows = session.execute(
        select(Customer.id, Customer.display_name).where(Customer.id.in_(others))
    )
    return Names(owner_names(session, owners), dict(rows.all()) if others else {})


def value_text(field: str, value: Any, names: Names) -> str:
    """Return a value of a field in words; empty where there is none."""
    if value is None or value in ("", []):
        return ""
    if field == OWNER:
        return names.owners.get(_id(value), _("Somebody who left"))
    if field in CUSTOMERS:
        one = _id(value)
        return names.customers.get(one, _("Another customer")) if one else ""
    if isinstance(value, bool):
        return _consent(given=value) if field.startswith(CONSENT) else _yes_no(yes=value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    written = _WRITTEN.get(field)
    return written(str(value)) if written else str(_WORDS.get((field, str(value)), value))


def consent_title(field: str) -> str:
    """Return the title of a consent's field: ``Consent: Marketing · E-mail``."""
    purpose, _dot, channel = field.removeprefix(CONSENT).partition(".")
    return _(
        "Consent: %(purpose)s · %(channel)s",
        purpose=_title(consents.PURPOSES, purpose),
        channel=_title(consents.CHANNELS, channel),
    )


def _title(texts: Mapping[str, Any], key: str) -> str:
    return texts[key].in_language(current_language()) if key in texts else key


def _consent(*, given: bool) -> str:
    return _("given") if given else _("withdrawn")


def _yes_no(*, yes: bool) -> str:
    return _("yes") if yes else _("no")


def _id(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
