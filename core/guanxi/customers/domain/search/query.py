"""What a person types into the quick search, as tokens that a customer must have.

The condition is a conjunction of groups; of each group the customer must have one token. As
SQL that is ``tokens @> every AND tokens && group AND tokens && group ...``, all answered by the
GIN index. What is indexed stands in ``tokens.py``.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby, pairwise

from guanxi.customers.domain.search import tokens as kinds
from guanxi.customers.domain.search.spelling import compact, is_characters, plain, runs

MAX_QUERY = 200
"""Characters of a query that are read."""
MAX_GROUPS = 12
"""Groups that are looked up; what a longer query says beyond them is left to ranking."""

LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")
_NUMBER = re.compile(r"[+(]*\d[\d().+/-]*")

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenQuery:
    """A parsed query: what to look up, and what ranking compares."""

    groups: tuple[Group, ...]
    """One token of each group must be among a customer's; without groups nobody matches."""
    exact: tuple[str, ...]
    """Who has one of these is called just like the query. Look them up first, so that they are
    among the rows even if very many match."""
    chunks: tuple[str, ...]
    """The query, plain, at its spaces; consecutive numbers are one chunk."""

    @property
    def every(self) -> list[str]:
        """The tokens that are all required, for ``@>``."""
        return [group[0] for group in self.groups if len(group) == 1]

    @property
    def any_of(self) -> list[list[str]]:
        """The groups with a choice, each for one ``&&``."""
        return [list(group) for group in self.groups if len(group) > 1]

    def matches(self, tokens: Collection[str]) -> bool:
        """Whether a customer with these tokens is found, as the SQL would decide it."""
        return bool(self.groups) and all(
            any(token in tokens for token in group) for group in self.groups
        )


def query_tokens(text: str) -> TokenQuery:
    """Parse a query: ``zhang 8123``, ``张三``, ``zs``, ``ann@exam``, ``138 0013 8000``.

    Words apart must all match, each where it may. A single letter beside other words counts in
    ranking only. Never raises; text without letters and digits matches nobody.
    """
    written = plain(text[:MAX_QUERY]).split()
    groups: list[Group] = []
    chunks: list[str] = []
    for is_number, stretch in groupby(written, lambda chunk: bool(_NUMBER.fullmatch(chunk))):
        parts = list(stretch)
        if is_number:
            numbers = [compact(part) for part in parts]
            groups += _number_groups(numbers)
            chunks.append("".join(numbers))
        else:
            groups += [group for part in parts for group in _chunk_groups(part)]
            chunks += [part for part in parts if compact(part)]
    whole = compact("".join(written))
    return TokenQuery(
        groups=_bounded(groups),
        exact=(kinds.WHOLE + whole,) if whole else (),
        chunks=tuple(chunks),
    )


def _bounded(groups: list[Group]) -> tuple[Group, ...]:
    distinct = list(dict.fromkeys(groups))
    strong = [group for group in distinct if not _is_single_letter(group)]
    return tuple((strong or distinct)[:MAX_GROUPS])


def _is_single_letter(group: Group) -> bool:
    return len(group) == 1 and group[0][0] == kinds.WORD and len(group[0]) == 2


def _number_groups(numbers: list[str]) -> list[Group]:
    together = _phone_tail("".join(numbers))
    return [_distinct(_word_group(number) + together) for number in numbers]


def _chunk_groups(chunk: str) -> list[Group]:
    mailbox, at, domain = chunk.rpartition("@")
    if at and compact(mailbox):
        sides = _cut(kinds.MAILBOX, compact(mailbox)), _cut(kinds.MAIL_DOMAIN, compact(domain))
        return [side for side in sides if side] or [_word_group(compact(mailbox))]
    groups: list[Group] = []
    for of_characters, stretch in groupby(runs(chunk), is_characters):
        if of_characters:
            groups += [group for run in stretch for group in _character_groups(run)]
        else:
            groups += _word_groups(list(stretch))
    return groups


def _character_groups(run: str) -> list[Group]:
    if len(run) == 1:
        return [(kinds.CHARACTERS + run,)]
    return [(kinds.CHARACTERS + a + b,) for a, b in pairwise(run)]


def _word_groups(words: list[str]) -> list[Group]:
    pieces = [piece for word in words for piece in LETTERS_OR_DIGITS.findall(word)]
    whole = _word_group("".join(words))
    if len(pieces) == 1:
        return [whole]
    longer = [piece for piece in pieces if len(piece) > 1] or pieces
    return [_distinct(_word_group(piece) + whole) for piece in longer]


def _word_group(word: str) -> Group:
    if len(word) == 1:
        return (kinds.WORD + word,)
    beginnings = [_cut(kind, word) for kind in kinds.LENGTHS]
    group = tuple(token for (token,) in filter(None, beginnings))
    if len(word) <= kinds.MAX_INITIALS and word.isalpha():
        group += (kinds.INITIALS + word,)
    group += (kinds.WHOLE + word[: kinds.MAX_WHOLE],)
    return group + _phone_tail(word) if word.isdecimal() else group


def _cut(kind: str, word: str) -> Group:
    fitting = [length for length in kinds.LENGTHS[kind] if length <= len(word)]
    return (kind + word[: fitting[-1]],) if fitting else ()


def _phone_tail(digits: str) -> Group:
    fitting = [length for length in kinds.PHONE_TAILS if length <= len(digits)]
    return (kinds.PHONE + digits[-fitting[-1] :],) if fitting else ()


def _distinct(group: Group) -> Group:
    return tuple(dict.fromkeys(group))
