"""Identities: the ways to recognise a customer, in the one form in which they are unique.

An identity is an e-mail address, a phone number, the id that a foreign system uses, or a name
on a social platform. Each ``normalise_*`` function returns an :class:`Identity`, whose ``value``
decides equality and whose ``display`` is what a person wrote. What a social platform's names
look like stands in ``social_handles.py``.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from guanxi.customers.domain.plain_phones import plain_e164
from guanxi.customers.domain.social_handles import handle_of, keeps_case, platform_of
from guanxi.customers.domain.text import InvalidText, clean_text
from guanxi.errors import Invalid

MAX_EMAIL = 254
"""Characters in an e-mail address (RFC 5321, section 4.5.3.1.3, less the brackets)."""
MAX_PHONE = 60
_WHOLE_NUMBER = 8
"""Digits from which on a number cannot lack its area code; fewer must be in the tables."""
MAX_EXTERNAL_ID = 200
MAX_HANDLE = 200

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@"
    r"(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?!arpa|invalid|local|onion|test)"
    r"[a-z]{2,24}"
)
_CHINESE_MOBILE = re.compile(r"(\+86)?(1[3-9][0-9]{9})")
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_FLOAT_ARTEFACT = re.compile(r"(0|[1-9][0-9]{0,15})\.0")


class IdentityKind(StrEnum):
    """What an identity is."""

    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL = "external"
    SOCIAL = "social"


class Identity(NamedTuple):
    """One identity; unique by ``kind``, ``source`` and ``value``."""

    kind: IdentityKind
    source: str
    """The foreign system or the platform; empty for e-mail and phone."""
    value: str
    """The normal form: two identities are the same if it is."""
    display: str
    """The form to show and to write to."""


class InvalidIdentity(Invalid):
    """Text that is no identity of its kind; the sentence says what to change."""

    code = "invalid_identity"


def normalise_email(text: str) -> Identity:
    """Return the identity for an e-mail address, without asking the network whether it exists.

    ``value`` is in small letters throughout, for no mail service in use tells *Ann@* from
    *ann@*; ``display`` keeps the local part as written. International domains are shown in
    their own script.

    :raises InvalidIdentity: it is none.
    """
    written = _one_line(text, MAX_EMAIL)
    lowered = written.lower()
    if _PLAIN_EMAIL.fullmatch(lowered) and written.isascii():
        # What nearly all addresses look like; the validator would say the same, only slower.
        local = written.partition("@")[0]
        return Identity(IdentityKind.EMAIL, "", lowered, local + lowered[len(local) :])
    display = _validated_email(unicodedata.normalize("NFKC", written))
    return Identity(IdentityKind.EMAIL, "", display.casefold(), display)


def _validated_email(text: str) -> str:
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise InvalidIdentity(
            "This is no e-mail address. Write it like name@example.com."
        ) from error


def normalise_phone(text: str, region: str) -> Identity:
    """Return the identity for a phone number in E.164 (ITU-T): ``+8613800138000``.

    ``region`` (ISO 3166-1 alpha-2) says whose number it is where no country code is written.
    Of numbers long enough to be whole the length is checked, not whether they are assigned, for
    ranges open faster than tables change. An extension stays, as in RFC 3966:
    ``+861065529988;ext=12``.

    :raises InvalidIdentity: it is none.
    """
    written = unicodedata.normalize("NFKC", _one_line(text, MAX_PHONE))
    value = _e164(written, region.upper())
    if value is None:
        raise InvalidIdentity(
            "This is no phone number. Write it with the area code, or like +86 138 0013 8000."
        )
    return Identity(IdentityKind.PHONE, "", value, written)


def _e164(text: str, region: str) -> str | None:
    mobile = _CHINESE_MOBILE.fullmatch(text)
    if mobile and (mobile[1] or region == "CN"):
        # What most numbers of Chinese customers look like; the library would say the same.
        return f"+86{mobile[2]}"
    return plain_e164(text) or _parsed_e164(text, region)


@lru_cache(maxsize=4096)
def _parsed_e164(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not _is_whole(number):
        return None
    value = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return f"{value};ext={number.extension}" if number.extension else value


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if phonenumbers.is_possible_number_with_reason(number) != possible:
        return False
    digits = phonenumbers.national_significant_number(number)
    return len(digits) >= _WHOLE_NUMBER or bool(phonenumbers.is_valid_number(number))


def normalise_external(source: str, external_id: str) -> Identity:
    """Return the identity for the id that the system ``source`` gives a customer.

    Case counts, for many systems' ids differ in it alone. Full-width letters become plain, and
    ``17850.0``, a number that a spreadsheet or data frame took for a fraction, becomes ``17850``.

    :raises InvalidIdentity: the id is empty, too long or not storable, or the source is no name.
    """
    written = _one_line(external_id, MAX_EXTERNAL_ID)
    value = unicodedata.normalize("NFKC", written)
    artefact = _FLOAT_ARTEFACT.fullmatch(value)
    value = artefact[1] if artefact else value
    return Identity(IdentityKind.EXTERNAL, _source_key(source), value, value)


def normalise_social(platform: str, handle: str) -> Identity:
    """Return the identity for a name on a social platform, without ``@`` and without case.

    Ids that a platform hands out (a WeChat open id, a ``did:``) keep their case. The address of
    a profile page is understood for the platforms that have one.

    :raises InvalidIdentity: it is none, or the platform is no name.
    """
    source = platform_of(_source_key(platform))
    written = unicodedata.normalize("NFKC", _one_line(handle, MAX_HANDLE))
    name = handle_of(source, written)
    if not name:
        raise InvalidIdentity("This is no name on a social platform. Write it like @name.")
    value = name if keeps_case(source, name) else name.casefold()
    return Identity(IdentityKind.SOCIAL, source, value, name)


def _source_key(source: str) -> str:
    key = unicodedata.normalize("NFKC", source[:MAX_HANDLE]).strip().lower()
    if not _SOURCE.fullmatch(key):
        raise InvalidIdentity(
            "Name the source with up to 64 small letters, digits, dots, dashes and underscores."
        )
    return key


def _one_line(text: str, max_length: int) -> str:
    try:
        line = clean_text(text, max_length)
    except InvalidText as error:
        raise InvalidIdentity(error.message, fields=None, **error.params) from error
    if not line:
        raise InvalidIdentity("This entry is empty. Fill it in, or leave it out.")
    return line
