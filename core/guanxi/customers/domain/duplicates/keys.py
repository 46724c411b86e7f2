"""Blocking keys: which pairs of records are worth comparing at all.

A record has some fifteen to twenty keys, and two records are candidates if they share one. Each
key joins facts that are hard to get wrong together, so a slip in one field leaves other keys
intact. A key that very many records share says nothing (a frequent name in the largest city);
its block is left out, see :data:`MAX_BLOCK`, and the finer keys find its pairs.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from guanxi.customers.domain.duplicates.name_part import NamePart
from guanxi.customers.domain.duplicates.phonetic import soundex, soundex_from_end
from guanxi.customers.domain.duplicates.record import Comparable, Record, comparable

MAX_BLOCK = 25
"""Records that may share a key; the pairs of a larger block are not looked at."""

_MAILBOX_ENDS, _DOMAIN_ENDS = 4, 3
_STREET_WORD = 5

Id = TypeVar("Id", bound=Hashable)


def blocking_keys(record: Record) -> list[str]:
    """Return the keys of ``record``, for a join on equal keys; none repeats."""
    return keys_of(comparable(record))


def keys_of(record: Comparable) -> list[str]:
    """Return the keys of a prepared record; see :func:`blocking_keys`.

    The first letter of a key says what it is made of.
    """
    codes = _name_codes(record)
    keys = [
        *(_person_keys(record) if record.is_person else _organisation_keys(record)),
        *_birthday_keys(record, codes),
        *_address_keys(record, codes),
        *_contact_keys(record),
    ]
    return list(dict.fromkeys(keys))


def candidate_pairs(
    keys: Iterable[tuple[Id, Sequence[str]]], max_block: int = MAX_BLOCK
) -> Iterator[tuple[Id, Id]]:
    """Yield each pair of ids that share a key once, in the order of ``keys``.

    The same in memory as the join in the database; ``keys`` gives each record's id and keys.
    """
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    ids: list[Id] = []
    for position, (identifier, its_keys) in enumerate(keys):
        ids.append(identifier)
        for key in its_keys:
            blocks[key].append(position)
    small = (block for block in blocks.values() if 1 < len(block) <= max_block)
    pairs = {pair for block in small for pair in combinations(block, 2)}
    for first, second in sorted(pairs):
        yield ids[first], ids[second]


def _name_codes(record: Comparable) -> list[str]:
    """The names as other keys are combined with them, each for itself, for they get swapped.

    A Chinese family name is too frequent to be of use beside a given name.
    """
    if not record.is_person:
        return [record.name.sound] if record.name else []
    parts = [record.family, record.given]
    if record.family.is_han and record.given:
        parts = [record.given]
    return [_code(part) for part in parts if part]


def _code(part: NamePart) -> str:
    return part.sound if part.is_han else soundex(part.sound)


def _person_keys(record: Comparable) -> Iterator[str]:
    if not record.family or not record.given:
        return
    family, given = record.family.sound, record.given.sound
    yield "a" + _anagram(family + given)
    yield "a" + _anagram(family[0] + given)
    if not record.family.is_han:
        yield "a" + _anagram(family + given[0])
        yield "n" + _anagram(soundex(family) + soundex(given))


def _organisation_keys(record: Comparable) -> Iterator[str]:
    if record.name:
        yield "o" + record.name.sound
        yield "o" + _anagram(record.name.text)
        yield from ("o" + part for part in record.name_parts)


def _anagram(letters: Iterable[str]) -> str:
    """The letters in alphabetical order: parts swapped, split or joined make no difference."""
    return "".join(sorted(letters))


def _birthday_keys(record: Comparable, codes: list[str]) -> Iterator[str]:
    birthday = record.birthday
    if not birthday:
        return
    year, month, day = birthday[:4], birthday[4:6], birthday[6:]
    yield "d" + birthday
    for code in codes:
        yield f"y{code}{year}"
        yield f"m{code}{month}"
        yield f"u{code}{day}"
        yield f"t{code}{month}{day}"
    for part in (record.family, record.given):
        if part and not part.is_han:
            yield f"z{soundex_from_end(part.sound)}{year}"


def _address_keys(record: Comparable, codes: list[str]) -> Iterator[str]:
    word = record.street.partition(" ")[0][:_STREET_WORD]
    city = soundex(record.city) if record.city else ""
    for code in codes:
        yield from (f"k{code}{record.postcode}",) if record.postcode else ()
        yield from (f"c{code}{city}",) if city else ()
        yield from (f"s{code}{word}",) if word else ()
    if word and record.postcode:
        yield f"w{word}{record.postcode}"
    if word:
        yield from (f"h{number}{word}" for number in record.street_numbers)


def _contact_keys(record: Comparable) -> Iterator[str]:
    for email in record.emails:
        mailbox, _, domain = email.partition("@")
        yield "e" + email
        yield "b" + mailbox
        yield f"f{mailbox[:_MAILBOX_ENDS]}@{domain[:_DOMAIN_ENDS]}"
        yield f"l{mailbox[-_MAILBOX_ENDS:]}@{domain[-2 * _DOMAIN_ENDS :]}"
        letters = [letter for letter in mailbox if letter.isalpha()]
        if len(letters) >= _MAILBOX_ENDS:
            yield "a" + _anagram(letters)
    yield from ("p" + phone for phone in record.phones)
    yield from (f"x{source}:{external_id}" for source, external_id in record.external_ids)
