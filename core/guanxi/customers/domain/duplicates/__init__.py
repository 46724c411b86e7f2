"""Suggested duplicates (疑似重复): which customers may be the same, how likely, and why.

``blocking_keys`` finds candidates with a join on equal keys, ``score`` judges a pair, ``explain``
puts its reasons into words. Nothing here merges anything.
"""

from guanxi.customers.domain.duplicates.finding import Found, find_duplicates
from guanxi.customers.domain.duplicates.keys import (
    MAX_BLOCK,
    blocking_keys,
    candidate_pairs,
    keys_of,
)
from guanxi.customers.domain.duplicates.reasons import explain
from guanxi.customers.domain.duplicates.record import (
    Comparable,
    OrganisationRecord,
    PersonRecord,
    Record,
    comparable,
)
from guanxi.customers.domain.duplicates.scoring import (
    CERTAIN_AT,
    POPULATION,
    SUGGEST_AT,
    Match,
    Reason,
    compare,
    score,
)

__all__ = [
    "CERTAIN_AT",
    "MAX_BLOCK",
    "POPULATION",
    "SUGGEST_AT",
    "Comparable",
    "Found",
    "Match",
    "OrganisationRecord",
    "PersonRecord",
    "Reason",
    "Record",
    "blocking_keys",
    "candidate_pairs",
    "comparable",
    "compare",
    "explain",
    "find_duplicates",
    "keys_of",
    "score",
]
