"""The score of a pair: the probability that two records are the same customer, and why.

Evidence comes from ``evidence.py`` and ``name_evidence.py``, its weights from ``weights.py``;
which pairs are worth scoring is for ``keys.py``.
"""

from math import log2
from typing import NamedTuple

from guanxi.customers.domain.duplicates import evidence as observe
from guanxi.customers.domain.duplicates import weights
from guanxi.customers.domain.duplicates.evidence import Evidence
from guanxi.customers.domain.duplicates.name_evidence import (
    mailbox_evidence,
    organisation_name_evidence,
    person_name_evidence,
    relatives_evidence,
)
from guanxi.customers.domain.duplicates.record import Comparable, Record, comparable

SUGGEST_AT = 0.2
"""From this score on a pair is worth a person's look."""
CERTAIN_AT = 0.99
"""From this score on a pair is as good as certain; even so only a person merges."""
POPULATION = 5_000
"""The number of customers assumed where it is not said."""

_SMALLEST_POPULATION = 100
_CERTAINLY_NOT = 60
_AREA = ("city", "postcode")
_COMPARISONS = (
    observe.birthday_evidence,
    observe.email_evidence,
    observe.phone_evidence,
    observe.external_id_evidence,
    observe.street_evidence,
    observe.city_evidence,
    observe.postcode_evidence,
    observe.country_evidence,
)


class Reason(NamedTuple):
    """Why a pair has its score: what was seen in a field."""

    field: str
    kind: str
    similarity: float
    """From 0 to 1."""
    bits: float
    """Above 0 it speaks for a duplicate, below 0 against; 3 bits are odds of 8 to 1."""


class Match(NamedTuple):
    """The result of comparing two records."""

    score: float
    """The probability of a duplicate, from 0 to 1."""
    reasons: list[Reason]
    """The weightiest first."""


def score(a: Record, b: Record, population: int = POPULATION) -> Match:
    """Compare two records; ``population`` is the number of customers they come from.

    The more customers there are, the more share a name or a birthday, so the same likeness is
    worth less: each customer is expected to have one duplicate among ``population``, which sets
    the odds before any evidence (Fellegi and Sunter 1969, Bayes' rule).
    """
    return compare(comparable(a), comparable(b), population)


def compare(a: Comparable, b: Comparable, population: int = POPULATION) -> Match:
    """Compare two prepared records; see :func:`score`. A person is never an organisation."""
    found = collect(a, b)
    return Match(probability(found, population), reasons(found))


def collect(a: Comparable, b: Comparable) -> list[Evidence]:
    """Return all evidence about two records; none about a person and an organisation."""
    if a.is_person != b.is_person:
        return []
    names = (person_name_evidence if a.is_person else organisation_name_evidence)(a, b)
    found = names + [seen for comparison in _COMPARISONS if (seen := comparison(a, b))]
    inferred = None
    if a.is_person and len(names) < 2 and not (a.emails and b.emails):
        inferred = mailbox_evidence(a, b, names_compared=bool(names))
    return [*found, *filter(None, (inferred, relatives_evidence(found)))]


def probability(found: list[Evidence], population: int = POPULATION) -> float:
    """Return the probability of a duplicate after some evidence; 0 without any."""
    if not found:
        return 0.0
    total = total_bits(found) - log2(max(population, _SMALLEST_POPULATION))
    return 1 / (1 + 2.0**-total) if total > -_CERTAINLY_NOT else 0.0


def total_bits(found: list[Evidence]) -> float:
    """Add up the weights, those of an address up to their common limits."""
    area = street = others = 0.0
    for seen in found:
        if seen.field in _AREA:
            area += seen.bits
        elif seen.field == "street":
            street += seen.bits
        else:
            others += seen.bits
    return others + min(street + min(area, weights.MAX_AREA), weights.MAX_ADDRESS)


def reasons(found: list[Evidence]) -> list[Reason]:
    """Return evidence as reasons, the weightiest first."""
    return [Reason(*seen) for seen in sorted(found, key=lambda seen: -abs(seen.bits))]
