"""What speaks for and against two records being the same, field by field.

Each function looks at one field of two :class:`Comparable` records and returns an
:class:`Evidence`, or ``None`` where either record does not know the field. Names stand in
``name_evidence.py``.
"""

import re
from operator import ne
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from guanxi.customers.domain.duplicates import weights
from guanxi.customers.domain.duplicates.record import Comparable

_DIGITS = re.compile(r"\d+")
_BY_SLIPS = ("same", "typo", "near", "vague", "different")
_MONTH = 31
_STREET_SAME, _STREET_TYPO, _STREET_SIMILAR = 0.9, 0.8, 0.65
_CITY_TYPO = 0.65
_EMAIL_TYPO, _EMAIL_SIMILAR = 0.85, 0.7
_MIN_MAILBOX = 5


class Evidence(NamedTuple):
    """One observation about a field of two records."""

    field: str
    kind: str
    similarity: float
    """From 0 to 1."""
    bits: float
    """The Fellegi-Sunter weight: above 0 for, below 0 against a duplicate."""


def birthday_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Compare birthdays: the same, day and month swapped, or slips in their parts."""
    x, y = a.birthday, b.birthday
    if not x or not y:
        return None
    if x == y:
        kind, similarity = ("same_new_year" if x.endswith("0101") else "same"), 1.0
    elif x[:4] == y[:4] and x[4:6] == y[6:] and x[6:] == y[4:6]:
        kind, similarity = "swapped", 0.9
    else:
        slips = _slips(x, y)
        kind, similarity = _BY_SLIPS[slips], 1 - slips / 4
    return Evidence("birthday", kind, similarity, weights.BIRTHDAY[kind])


def _slips(x: str, y: str) -> int:
    """Count the parts of two dates that differ by a slip; 4 if they differ by more."""
    slips = _slip(x[:4], y[:4]) + _slip(x[4:6], y[4:6]) + _slip(x[6:], y[6:])
    if slips > 2 and abs(_rough_day(x) - _rough_day(y)) <= _MONTH:
        return 2
    return min(slips, 4)


def _slip(x: str, y: str) -> int:
    """Return 0 for the same number, 1 for one digit or one unit off, 4 for another."""
    if x == y:
        return 0
    wrong_digits = sum(map(ne, x, y))
    if wrong_digits == 1 or abs(int(x) - int(y)) == 1 or sorted(x) == sorted(y):
        return 1
    return 4


def _rough_day(date: str) -> int:
    return (int(date[:4]) * 12 + int(date[4:6])) * _MONTH + int(date[6:])


def email_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Compare e-mail addresses; of several the two most alike count."""
    if not a.emails or not b.emails:
        return None
    best = max(
        (_email_likeness(x, y) for x in a.emails for y in b.emails),
        key=lambda likeness: weights.EMAIL[likeness[0]],
    )
    return Evidence("email", *best, weights.EMAIL[best[0]])


def _email_likeness(x: str, y: str) -> tuple[str, float]:
    if x == y:
        return "same", 1.0
    mailbox, _, domain = x.partition("@")
    other_mailbox, _, other_domain = y.partition("@")
    if mailbox == other_mailbox:
        return ("same_mailbox" if len(mailbox) >= _MIN_MAILBOX else "similar"), 0.8
    near = OSA.normalized_similarity(x, y, score_cutoff=_EMAIL_SIMILAR)
    if not near:
        return "different", 0.0
    if _DIGITS.sub("", mailbox) == _DIGITS.sub("", other_mailbox) and domain == other_domain:
        return "other_number", near
    near = min(near, OSA.normalized_similarity(mailbox, other_mailbox) + 0.15)
    if near >= _EMAIL_TYPO:
        return "typo", near
    return ("similar", near) if near >= _EMAIL_SIMILAR else ("different", near)


def phone_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Compare phone numbers by their last digits; of several the two most alike count."""
    if not a.phones or not b.phones:
        return None
    edits = min(OSA.distance(x, y) for x in a.phones for y in b.phones)
    kind = ("same", "typo")[edits] if edits < 2 else "different"
    return Evidence("phone", kind, max(0.0, 1 - edits / 8), weights.PHONE[kind])


def external_id_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Note an id that both records have in the same source."""
    if a.external_ids.isdisjoint(b.external_ids):
        return None
    return Evidence("external_id", "same", 1.0, weights.EXTERNAL_ID["same"])


def street_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Compare the words of the streets and, apart from them, the house numbers."""
    if not a.street or not b.street:
        return None
    together = a.street.replace(" ", ""), b.street.replace(" ", "")
    near = max(fuzz.ratio(*together), 0.95 * fuzz.token_set_ratio(a.street, b.street)) / 100
    # One may have left a number out; 3-502 and 3-401 are two flats of a house.
    numbers_fit = a.street_numbers <= b.street_numbers or b.street_numbers <= a.street_numbers
    if near >= _STREET_SAME and numbers_fit:
        kind = "same"
    elif near >= _STREET_TYPO:
        kind = "typo" if numbers_fit else "similar"
    else:
        kind = "similar" if near >= _STREET_SIMILAR else "different"
    return Evidence("street", kind, near, weights.STREET[kind])


def city_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Compare the names of the cities."""
    if not a.city or not b.city:
        return None
    near = OSA.normalized_similarity(a.city, b.city)
    kind = "same" if near == 1 else "typo" if near >= _CITY_TYPO else "different"
    return Evidence("city", kind, near, weights.CITY[kind])


def postcode_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Compare postcodes: the same, one slip, or different."""
    if not a.postcode or not b.postcode:
        return None
    edits = OSA.distance(a.postcode, b.postcode)
    kind = ("same", "typo")[edits] if edits < 2 else "different"
    return Evidence("postcode", kind, max(0.0, 1 - edits / 4), weights.POSTCODE[kind])


def country_evidence(a: Comparable, b: Comparable) -> Evidence | None:
    """Note countries that differ; the same one says nothing."""
    if not a.country or not b.country or a.country == b.country:
        return None
    return Evidence("country", "different", 0.0, weights.COUNTRY["different"])
