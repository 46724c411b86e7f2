"""The records that are compared to find duplicates, and the form in which they are compared.

``PersonRecord`` and ``OrganisationRecord`` hold plain values as customers have them; missing
values are empty or ``None`` and count as unknown. ``comparable`` folds and spells them once, so
that comparing many pairs is fast.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guanxi.customers.domain.duplicates.name_part import NamePart, name_part
from guanxi.customers.domain.duplicates.organisation_name import telling_parts, without_legal_form
from guanxi.customers.domain.names import split_name
from guanxi.customers.domain.pinyin import simplified
from guanxi.customers.domain.writing import fold

PHONE_TAIL = 8
"""A phone's last digits, which country and area codes do not change."""

_NOBODY = (name_part(""), name_part(""), "")
_SEPARATORS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W\d_]+")
_STREET_TYPES = re.compile(
    r"\b(?:ave|avenue|blvd|boulevard|circuit|close|court|crescent|ct|dr|drive|flat|gardens|lane|ln"
    r"|no|place|plaza|rd|road|room|rue|sq|square|st|strasse|street|suite|terrace|unit|way)\b"
)
"""Words that streets share; they are left out unless nothing else is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reachable:
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    """In E.164."""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    external_ids: Sequence[tuple[str, str]] = ()
    """Pairs of source and id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord(_Reachable):
    """What is known of one person; ``full`` is used where the parts are not known."""

    family: str = ""
    given: str = ""
    full: str = ""
    birthday: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord(_Reachable):
    """What is known of one organisation."""

    name: str = ""


Record = PersonRecord | OrganisationRecord


@dataclass(frozen=True, slots=True)
class Comparable:
    """A record made ready to be compared many times; what is unknown is empty."""

    is_person: bool
    family: NamePart
    given: NamePart
    name: NamePart
    """An organisation's name without its legal form; empty for a person."""
    name_parts: tuple[str, ...]
    """What an organisation may be called for short; empty for a person."""
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    """The last :data:`PHONE_TAIL` digits."""
    birthday: str
    """YYYYMMDD."""
    street: str
    """The words of the street; house numbers are apart."""
    street_numbers: frozenset[str]
    city: str
    postcode: str
    country: str
    external_ids: frozenset[tuple[str, str]]


def comparable(record: Record) -> Comparable:
    """Return ``record`` as it is compared; do it once per record, not once per pair."""
    street = fold(simplified(record.street))
    words = _WORDS.findall(_STREET_TYPES.sub(" ", street)) or _WORDS.findall(street)
    family, given, birthday = _person(record) if isinstance(record, PersonRecord) else _NOBODY
    name = without_legal_form(record.name) if isinstance(record, OrganisationRecord) else ""
    return Comparable(
        is_person=isinstance(record, PersonRecord),
        family=family,
        given=given,
        name=name_part(name),
        name_parts=telling_parts(name),
        emails=tuple(email.lower() for email in record.emails),
        phones=tuple(phone.partition(";")[0][-PHONE_TAIL:] for phone in record.phones),
        birthday=birthday,
        street=" ".join(words),
        street_numbers=frozenset(_NUMBERS.findall(street)),
        city=_letters(record.city),
        postcode=_letters(record.postcode),
        country=record.country.strip().upper(),
        external_ids=frozenset(record.external_ids),
    )


def _person(record: PersonRecord) -> tuple[NamePart, NamePart, str]:
    family, given = record.family, record.given
    if not family and not given:
        family, given, _ = split_name(record.full)
    birthday = record.birthday.isoformat().replace("-", "") if record.birthday else ""
    return name_part(family, is_family=True), name_part(given), birthday


def _letters(text: str) -> str:
    return _SEPARATORS.sub("", fold(simplified(text)))
