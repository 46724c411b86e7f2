"""Phone numbers that say everything themselves: ``+44 7400 123456``.

The library ``phonenumbers`` reads whatever people write; that costs more than all else that an
import does with a customer. A plus, a country code and the national number without its trunk
prefix leave nothing to be read, so only the length is looked up. Everything else is left to the
library, see ``identities.py``.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumber

_PLAIN = re.compile(r"\+[1-9][0-9 -]{7,24}")
_SHORTEST = 8
"""Digits of the national number; shorter ones are left to the library."""


def plain_e164(text: str) -> str | None:
    """Return the number in E.164, or None if there is something to be read in it."""
    if not _PLAIN.fullmatch(text):
        return None
    digits = text[1:].replace(" ", "").replace("-", "")
    code = _country_code(digits)
    national = digits[len(str(code)) :] if code else ""
    if len(national) < _SHORTEST or national[0] == "0" or not _has_length(code, len(national)):
        return None
    trunk = _trunk_prefix(code)
    return None if trunk is not None and trunk.match(national) else f"+{digits}"


def _country_code(digits: str) -> int:
    for length in (1, 2, 3):
        if (code := int(digits[:length])) in COUNTRY_CODE_TO_REGION_CODE:
            return code
    return 0


@lru_cache(maxsize=4096)
def _has_length(code: int, length: int) -> bool:
    number = PhoneNumber(country_code=code, national_number=int("9" * length))
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    return bool(phonenumbers.is_possible_number_with_reason(number) == possible)


@lru_cache(maxsize=512)
def _trunk_prefix(code: int) -> re.Pattern[str] | None:
    """Return what national numbers of a country may begin with that E.164 leaves out."""
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(prefix) if prefix else None
