"""A customer as somebody wants it created, and the rules that it must meet.

What only the database knows (is the identity free, does the owner exist, which custom fields
are there) is checked where the draft is written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.identities import Identity, IdentityKind
from guanxi.customers.domain.names import NameOrder, display_name, sort_key, split_name
from guanxi.customers.domain.text import clean_text

Kind = Literal["person", "organisation"]
KINDS: Final[tuple[Kind, ...]] = ("person", "organisation")
MAX_NAME: Final = 200
MAX_TEXT: Final = 200
MAX_NOTE: Final = 20_000
MAX_TAGS: Final = 50
MAX_TAG: Final = 60
MAX_IDENTITIES: Final = 50
EARLIEST_BIRTHDAY: Final = date(1850, 1, 1)
_LANGUAGE: Final = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")

_TELLING: Final = (
    IdentityKind.EMAIL, IdentityKind.PHONE, IdentityKind.SOCIAL, IdentityKind.EXTERNAL
)  # fmt: skip
"""Identities that can stand for a name, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """What is to be created.

    ``name`` is a full name in either order; ``family_name`` and ``given_name`` say it more
    exactly. An organisation has only ``name``. Without any name an identity stands in.
    """

    kind: str = "person"
    name: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    name_order: str | None = None
    language: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    street: str | None = None
    postcode: str | None = None
    birthday: date | None = None
    note: str | None = None
    owner_id: UUID | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    invented: bool = False
    identities: tuple[Identity, ...] = ()


FIELDS: Final = frozenset(f.name for f in fields(CustomerDraft))


@dataclass(frozen=True, slots=True)
class FullName:
    """The five columns that a name fills."""

    display_name: str
    family_name: str | None
    given_name: str | None
    name_order: str
    sort_name: str


def name_of(draft: CustomerDraft) -> FullName:
    """Return the name of a draft, taken apart and put together.

    :raises InvalidCustomer: there is neither a name nor an identity.
    """
    family, given = _line(draft.family_name), _line(draft.given_name)
    if family or given:
        return compose_name(family, given, draft.name_order, draft.language)
    whole = _line(draft.name)
    return parse_name(whole, draft.kind) if whole else name_from_identity(draft.identities)


def name_from_identity(identities: Sequence[Identity]) -> FullName:
    """Return what somebody is called of whom only identities are known.

    What people write to says most; a number only says something with the system that gave it.

    :raises InvalidCustomer: there is none either.
    """
    if not identities:
        raise InvalidCustomer(
            "Give a name, or at least one identity such as an e-mail address.", field="name"
        )
    best = min(identities, key=lambda one: _TELLING.index(one.kind))
    shown = best.display
    if best.kind == IdentityKind.EXTERNAL:
        shown = f"{best.source} {best.display}"
    shown = shown[:MAX_NAME]
    return FullName(shown, None, None, NameOrder.WESTERN, sort_key(shown, ""))


def compose_name(
    family: str | None, given: str | None, order: str | None, language: str | None
) -> FullName:
    """Put a person's name together from its parts; without ``order`` the script decides."""
    asked = _order(order)
    shown = display_name(family or "", given or "", asked, language)
    resolved = asked or _order_shown(shown, family or "", given or "")
    return FullName(shown, family, given, resolved, sort_key(family or "", given or ""))


def parse_name(whole: str, kind: str) -> FullName:
    """Take a full name apart; an organisation's stays in one piece."""
    if kind != "person":
        return FullName(whole, None, None, NameOrder.WESTERN, sort_key(whole, ""))
    family, given, order = split_name(whole)
    shown = display_name(family, given, order)
    return FullName(shown, family or None, given or None, order, sort_key(family, given))


def _order(order: str | None) -> NameOrder | None:
    if order is None:
        return None
    try:
        return NameOrder(order)
    except ValueError:
        raise InvalidCustomer(
            "The order of a name is eastern or western.", field="name_order"
        ) from None


def _order_shown(shown: str, family: str, given: str) -> str:
    eastern = family and given and shown.startswith(family) and not shown.startswith(given)
    return NameOrder.EASTERN if eastern else NameOrder.WESTERN


def _line(value: str | None) -> str | None:
    return clean_text(value, MAX_NAME) or None if value else None


def checked_kind(kind: str) -> Kind:
    """Return ``kind``.

    :raises InvalidCustomer: it is neither person nor organisation.
    """
    for known in KINDS:
        if kind == known:
            return known
    raise InvalidCustomer("A customer is a person or an organisation.", field="kind")


def checked_text(value: str | None, name: str) -> str | None:
    """Return one plain field clean, or None if it is empty; notes may have several lines."""
    if not value:
        return None
    limit = MAX_NOTE if name == "note" else MAX_TEXT
    return clean_text(value, limit, multiline=name == "note") or None


def checked_country(value: str | None) -> str | None:
    """Return a country; two letters are a code of ISO 3166-1 and become capitals."""
    text = checked_text(value, "country")
    return text.upper() if text and len(text) == 2 and text.isascii() else text


def checked_language(value: str | None) -> str | None:
    """Return a language tag of BCP 47 (``zh``, ``en-GB``).

    :raises InvalidCustomer: it is none.
    """
    text = checked_text(value, "language")
    if text and not _LANGUAGE.fullmatch(text):
        raise InvalidCustomer("Write the language as its code, like zh or en-GB.", field="language")
    return text


def checked_birthday(value: date | None, today: date) -> date | None:
    """Return the birthday.

    :raises InvalidCustomer: it lies in the future or before 1850.
    """
    if value is not None and not EARLIEST_BIRTHDAY <= value <= today:
        raise InvalidCustomer("A birthday lies between 1850 and today.", field="birthday")
    return value


def checked_tags(tags: Sequence[str]) -> list[str]:
    """Return tags clean, each once, in the order given.

    :raises InvalidCustomer: too many of them.
    """
    if not tags:
        return []
    cleaned = [clean_text(tag, MAX_TAG) for tag in tags]
    distinct = list(dict.fromkeys(tag for tag in cleaned if tag))
    if len(distinct) > MAX_TAGS:
        raise InvalidCustomer("At most %(limit)s tags.", field="tags", limit=MAX_TAGS)
    return distinct


def checked_identities(identities: Sequence[Identity]) -> tuple[Identity, ...]:
    """Return identities, each once.

    :raises InvalidCustomer: too many of them.
    """
    if len(identities) < 2:
        return tuple(identities)
    distinct = {(i.kind, i.source, i.value): i for i in reversed(identities)}
    if len(distinct) > MAX_IDENTITIES:
        raise InvalidCustomer(
            "At most %(limit)s identities.", field="identities", limit=MAX_IDENTITIES
        )
    return tuple(reversed(distinct.values()))
