"""The order in which the customers found by a quick search are shown.

A few hundred rows at most are compared with the query in full, so whatever the tokens found
only because they are cut short or shared gets 0, and is to be dropped.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from guanxi.customers.domain.search.query import LETTERS_OR_DIGITS, TokenQuery
from guanxi.customers.domain.search.spelling import (
    Sound,
    compact,
    hyphenated,
    is_characters,
    plain,
    runs,
    sounds,
)

EXACT_NAME, NAME_BEGINS, TURNED_NAME_BEGINS = 100, 85, 80
EXACT_PINYIN, PINYIN_BEGINS = 97, 82
EXACT_IDENTITY, IDENTITY_BEGINS = 95, 45
EXACT_WORD, WORD_BEGINS = 75, 60
EXACT_INITIALS, INITIALS_BEGIN = 70, 50
NAME_CONTAINS = 55
EXACT_PHONE, PHONE_ENDS = 90, 50
EXACT_DOMAIN, DOMAIN_BEGINS = 30, 25
EXACT_EXTRA, EXTRA_BEGINS = 22, 20
SHORTEST_PHONE_TAIL = 4
LOCAL_PHONE = 8
"""From this many digits on, the end of a number is as good as the whole."""


class Candidate(NamedTuple):
    """What is compared with a query; the arguments of ``search_tokens``."""

    names: Sequence[str]
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    external_ids: Sequence[str] = ()
    extra: Sequence[str] = ()


Term = tuple[str, int, int]
"""A text that the query may equal or begin, and what either is worth."""


def rank(query: TokenQuery, candidate: Candidate) -> float:
    """Return how well ``candidate`` answers ``query``: up to 101, and 0 if it does not.

    A whole name or identity counts more than a beginning, that more than initials, those more
    than a domain. With several words each must fit and their mean counts; among equals the
    shorter name is first.
    """
    terms = [term for name in candidate.names for term in _name_terms(name)]
    terms += _other_terms(candidate)
    scores = [_chunk_score(chunk, terms, candidate) for chunk in query.chunks]
    if not scores or not all(scores):
        return 0.0
    best = sum(scores) / len(scores)
    if len(scores) > 1:
        best = max(best, _word_score(compact("".join(query.chunks)), terms, candidate.phones))
    return best + 1 / (1 + len(candidate.names[0]) if candidate.names else 100)


@lru_cache(maxsize=4096)
def _name_terms(name: str) -> tuple[Term, ...]:
    text = plain(name)
    found = runs(text)
    words = [run for run in found if not is_characters(run)]
    terms = [("".join(found), EXACT_NAME, NAME_BEGINS)]
    terms += [(word, EXACT_WORD, WORD_BEGINS) for word in found + hyphenated(text)]
    if len(words) > 1:
        terms.append((words[-1] + "".join(words[:-1]), EXACT_NAME, TURNED_NAME_BEGINS))
        terms.append(("".join(word[0] for word in words), EXACT_INITIALS, INITIALS_BEGIN))
        terms.append((words[-1][0] + words[0][0], EXACT_INITIALS, INITIALS_BEGIN))
    for run in found:
        for sound in sounds(run):
            terms += _sound_terms(sound)
    return tuple(terms)


def _sound_terms(sound: Sound) -> list[Term]:
    syllables, letters = sound.syllables, sound.initials
    return [
        (sound.whole, EXACT_PINYIN, PINYIN_BEGINS),
        (letters, EXACT_INITIALS, INITIALS_BEGIN),
        (letters[sound.family :], EXACT_INITIALS, INITIALS_BEGIN),
        *((syllable, EXACT_WORD, WORD_BEGINS) for syllable in syllables),
        *(("".join(syllables[i:]), EXACT_WORD, WORD_BEGINS) for i in range(1, len(syllables) - 1)),
    ]


def _other_terms(candidate: Candidate) -> Iterator[Term]:
    for email in candidate.emails:
        mailbox, _, domain = plain(email).rpartition("@")
        yield compact(domain), EXACT_DOMAIN, DOMAIN_BEGINS
        yield from _identity_terms(mailbox, EXACT_WORD)
    for external_id in candidate.external_ids:
        yield from _identity_terms(plain(external_id), EXACT_IDENTITY)
    for text in candidate.extra:
        for run in runs(plain(text)):
            yield run, EXACT_EXTRA, EXTRA_BEGINS


def _identity_terms(text: str, exact: int) -> Iterator[Term]:
    yield compact(text), exact, IDENTITY_BEGINS
    for part in runs(text)[1:]:
        yield part, IDENTITY_BEGINS, IDENTITY_BEGINS - 5


def _chunk_score(chunk: str, terms: list[Term], candidate: Candidate) -> float:
    mailbox, at, domain = chunk.rpartition("@")
    if at and compact(mailbox):
        return max((_email_score(mailbox, domain, email) for email in candidate.emails), default=0)
    whole = _word_score(compact(chunk), terms, candidate.phones)
    if whole:
        return whole
    pieces = [piece for run in runs(chunk) for piece in _pieces(run)]
    scores = [_word_score(piece, terms, candidate.phones) for piece in pieces]
    return sum(scores) / len(scores) if scores and all(scores) else 0


def _pieces(run: str) -> list[str]:
    return [run] if is_characters(run) else LETTERS_OR_DIGITS.findall(run)


def _email_score(mailbox: str, domain: str, email: str) -> int:
    its_mailbox, _, its_domain = plain(email).rpartition("@")
    if (its_mailbox, its_domain) == (mailbox, domain):
        return EXACT_IDENTITY
    same_start = compact(its_mailbox).startswith(compact(mailbox))
    return IDENTITY_BEGINS if same_start and its_domain.startswith(domain) else 0


def _word_score(word: str, terms: list[Term], phones: Sequence[str]) -> int:
    score = _phone_score(word, phones) if word.isdecimal() else 0
    characters = is_characters(word)
    for text, exact, begins in terms:
        if text.startswith(word):
            score = max(score, exact if len(text) == len(word) else begins)
        elif characters and word in text:
            score = max(score, min(NAME_CONTAINS, begins))
    return score


def _phone_score(digits: str, phones: Sequence[str]) -> int:
    if len(digits) < SHORTEST_PHONE_TAIL:
        return 0
    national = digits.lstrip("0") or digits
    if any(phone.partition(";")[0].endswith(national) for phone in phones):
        return EXACT_PHONE if len(national) >= LOCAL_PHONE else PHONE_ENDS
    return 0
