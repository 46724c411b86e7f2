"""What the names of two records say: alike, swapped, misspelt, or those of relatives."""

import re
from collections.abc import Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from guanxi.customers.domain.duplicates import weights
from guanxi.customers.domain.duplicates.evidence import Evidence
from guanxi.customers.domain.duplicates.name_part import NamePart, likeness
from guanxi.customers.domain.duplicates.record import Comparable
from guanxi.customers.domain.writing import is_han

_LETTERS = re.compile(r"[^\W\d_]+")
_ORGANISATION_TYPO, _ORGANISATION_SIMILAR = 0.9, 0.75
_MIN_CONTAINED, _LONG_CONTAINED = 4, 8
"""In letters; a Han character counts as two."""
_MIN_FITTING_PART = 4
_MIN_FITTING_NAME = 6


def person_name_evidence(a: Comparable, b: Comparable) -> list[Evidence]:
    """Compare family and given names, crosswise too if they do not agree."""
    straight = []
    if a.family and b.family:
        kind, similarity = likeness(a.family, b.family)
        weight = _family_table(a.family, b.family)[kind]
        straight.append(Evidence("family", kind, similarity, weight))
    if a.given and b.given:
        kind, similarity = likeness(a.given, b.given)
        weight = _given_table(a.given, b.given)[kind]
        straight.append(Evidence("given", kind, similarity, weight))
    for_it = _total(straight)
    if for_it > 0:
        return straight
    crossed = [*_crossed("family", a.family, b.given), *_crossed("given", a.given, b.family)]
    if crossed and _total(crossed) + weights.SWAPPED > 0:
        last = crossed.pop()
        return [*crossed, last._replace(bits=last.bits + weights.SWAPPED)]
    return straight


def _crossed(field: str, x: NamePart, y: NamePart) -> Iterator[Evidence]:
    if x and y:
        kind, similarity = likeness(x, y)
        weight = min(_family_table(x, y)[kind], _given_table(x, y)[kind])
        yield Evidence(f"swapped_{field}", kind, similarity, weight)


def _family_table(x: NamePart, y: NamePart) -> weights.Weights:
    return weights.HAN_FAMILY if x.is_han or y.is_han else weights.FAMILY


def _given_table(x: NamePart, y: NamePart) -> weights.Weights:
    lengths = [len(part.text) for part in (x, y) if part.is_han]
    if not lengths:
        return weights.GIVEN
    return weights.HAN_GIVEN if min(lengths) > 1 else weights.HAN_GIVEN_SHORT


def _total(found: list[Evidence]) -> float:
    return sum(evidence.bits for evidence in found)


def organisation_name_evidence(a: Comparable, b: Comparable) -> list[Evidence]:
    """Compare the names of organisations, legal forms aside."""
    if not a.name or not b.name:
        return []
    kind, similarity = _organisation_likeness(a.name, b.name)
    return [Evidence("name", kind, similarity, weights.ORGANISATION[kind])]


def _organisation_likeness(a: NamePart, b: NamePart) -> tuple[str, float]:
    if a.text == b.text:
        return "same", 1.0
    if a.sound == b.sound:
        return "sounds_same", 0.9
    near = fuzz.ratio(a.text, b.text) / 100
    shorter, longer = sorted((a.text, b.text), key=len)
    if near >= _ORGANISATION_TYPO and not a.is_han:
        return "typo", near
    telling = 2 * len(shorter) if is_han(shorter) else len(shorter)
    if shorter in longer and telling >= _MIN_CONTAINED:
        return ("contained" if telling >= _LONG_CONTAINED else "short_contained"), near
    return ("similar" if near >= _ORGANISATION_SIMILAR else "different"), near


def mailbox_evidence(a: Comparable, b: Comparable, *, names_compared: bool) -> Evidence | None:
    """Note that one record's e-mail address spells the other's name.

    To be asked only where there are no two addresses or no two whole names to compare, or the
    same thing would count twice; ``names_compared`` says that one part has counted already.
    """
    kind = _fit(a, b) or _fit(b, a)
    if not kind:
        return None
    if names_compared and kind == "fits_whole_name":
        kind = "fits_name"
    return Evidence("email", kind, 0.8, weights.EMAIL[kind])


def _fit(owner: Comparable, named: Comparable) -> str:
    family, given = named.family.sound, named.given.sound
    for email in owner.emails:
        words = _LETTERS.findall(email.partition("@")[0])
        if family and given and (kind := _spelled("".join(words), family, given)):
            return kind
        if any(len(word) >= _MIN_FITTING_PART and word in (family, given) for word in words):
            return "fits_part_of_name"
    return ""


def _spelled(mailbox: str, family: str, given: str) -> str:
    if len(mailbox) < _MIN_FITTING_NAME:
        return ""
    whole = (given + family, family + given)
    short = (given[0] + family, family + given[0], given + family[0], family[0] + given)
    for kind, forms in (("fits_whole_name", whole), ("fits_name", short)):
        long_forms = [form for form in forms if len(form) > _MIN_FITTING_NAME]
        if mailbox in forms or any(OSA.distance(mailbox, form) < 2 for form in long_forms):
            return kind
    return ""


def relatives_evidence(found: list[Evidence]) -> Evidence | None:
    """Note that the evidence so far is that of relatives in one household (家庭成员)."""
    kinds = {evidence.field: evidence.kind for evidence in found}
    if kinds.get("given") != "different" or kinds.get("family", "different") == "different":
        return None
    shared = kinds.get("street") in ("same", "typo") or kinds.get("phone") == "same"
    if not shared or kinds.get("birthday") in ("same", "swapped", "typo"):
        return None
    return Evidence("household", "relatives", 0.0, weights.RELATIVES)
