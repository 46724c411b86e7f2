"""All duplicates among some records, in memory: keys, pairs, scores.

For imports and tests, and as the model of what the database does for all customers by a join on
the keys.
"""

from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from guanxi.customers.domain.duplicates.keys import MAX_BLOCK, Id, candidate_pairs, keys_of
from guanxi.customers.domain.duplicates.record import Record, comparable
from guanxi.customers.domain.duplicates.scoring import (
    SUGGEST_AT,
    Match,
    collect,
    probability,
    reasons,
)

_Id = TypeVar("_Id")


class Found(NamedTuple, Generic[_Id]):
    """Two records that may be the same."""

    first: _Id
    second: _Id
    match: Match


def find_duplicates(
    records: Iterable[tuple[Id, Record]],
    *,
    threshold: float = SUGGEST_AT,
    max_block: int = MAX_BLOCK,
) -> Iterator[Found[Id]]:
    """Yield the pairs among ``records`` (each with its id) whose score reaches ``threshold``."""
    prepared = {identifier: comparable(record) for identifier, record in records}
    keys = ((identifier, keys_of(record)) for identifier, record in prepared.items())
    for first, second in candidate_pairs(keys, max_block):
        found = collect(prepared[first], prepared[second])
        likely = probability(found, len(prepared))
        if likely >= threshold:
            yield Found(first, second, Match(likely, reasons(found)))
