"""The tokens under which a customer is found, stored as numbers in a column with a GIN index.

A token is one letter for its kind and what a person may type. A name gives its characters and
pairs of them, the beginnings of its words and of its pinyin, and its initials; an e-mail
address the beginnings of both sides; a phone number its last digits; an id its beginnings.
Beginnings grow by one up to a length and by steps beyond, see :data:`LENGTHS`, so a query is
cut to the next shorter one and the few wrong hits are left to ``ranking.py``.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from guanxi.customers.domain.search.spelling import (
    Sound,
    compact,
    hyphenated,
    is_characters,
    plain,
    runs,
    sounds,
)

MAX_TOKENS = 160
"""A customer with more (many identities, very long names) keeps the first ones."""

CHARACTERS = "c"
"""One or two characters of a script without spaces."""
WORD = "w"
"""The beginning of a word, of a whole name's pinyin, or of a syllable."""
INITIALS = "i"
"""The first letters of a name's words or syllables."""
WHOLE = "="
"""A whole name without spaces, so that exact hits are found among very many."""
MAILBOX = "e"
"""The beginning of an e-mail address's local part, or of a part of it."""
MAIL_DOMAIN = "@"
"""The beginning of an e-mail address's domain."""
PHONE = "p"
"""The last digits of a phone number."""
EXTERNAL = "x"
"""The beginning of an external id or of a part of it."""

_STEPS = (16, 24, 32, 48, 64)
LENGTHS = {
    WORD: (2, 3, 4, 5, 6, 7, 8, 10, 12),
    MAILBOX: (3, 4, 5, 6, 8, 10, 12, *_STEPS),
    MAIL_DOMAIN: (3, 4, 6, 8, 12, *_STEPS),
    EXTERNAL: (2, 3, 4, 5, 6, 8, 10, 12, *_STEPS),
}
"""The lengths in which beginnings are kept, by kind."""

PHONE_TAILS = (4, 6, 8)
"""How many of a phone number's last digits are kept; a query is cut to the next shorter."""

MAX_INITIALS = 6
_MAX_RUN = 24
_REPEATED = 8192
"""Words, syllables and mail domains whose tokens are kept: the same ones come again and again."""
MAX_WHOLE = 64


def search_tokens(
    names: Sequence[str],
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    external_ids: Iterable[str] = (),
    extra: Iterable[str] = (),
) -> list[str]:
    """Return the tokens of a customer, without repetition, at most :data:`MAX_TOKENS`.

    ``names`` are full names as shown, ``phones`` in E.164, ``external_ids`` without their
    source; ``extra`` is other text to be found by its words (city, employer, tags).
    """
    tokens: list[str] = []
    for name in names:
        tokens += _name_tokens(name)
    for email in emails:
        tokens += _email_tokens(email)
    for phone in phones:
        tokens += _phone_tokens(phone)
    for external_id in external_ids:
        tokens += _parts_tokens(EXTERNAL, external_id)
    for text in extra:
        tokens += _text_tokens(text)
    return list(dict.fromkeys(tokens))[:MAX_TOKENS]


def beginnings(kind: str, text: str) -> list[str]:
    """Return the tokens for the beginnings of ``text`` in the lengths of its ``kind``."""
    size = len(text)
    return [kind + text[:length] for length in LENGTHS[kind] if length <= size]


def _name_tokens(name: str) -> list[str]:
    text = plain(name)
    found = runs(text)
    words = found if text.isascii() else [run for run in found if not is_characters(run)]
    tokens = [WHOLE + "".join(found)[:MAX_WHOLE]] if found else []
    if words is not found:
        for run in found:
            if is_characters(run):
                tokens += _character_tokens(run)
                for sound in sounds(run[:_MAX_RUN]):
                    tokens += _sound_tokens(sound)
    for word in words + hyphenated(text):
        tokens += _word_tokens(word)
    if len(words) > 1:
        tokens += _word_order_tokens(words)
    return tokens


def _word_order_tokens(words: list[str]) -> list[str]:
    family_first = words[-1] + "".join(words[:-1])
    letters = "".join(word[0] for word in words[:MAX_INITIALS])
    ends = words[0][0] + words[-1][0]
    return [
        WHOLE + family_first[:MAX_WHOLE],
        INITIALS + letters,
        INITIALS + ends,
        INITIALS + ends[::-1],
    ]


def _character_tokens(run: str) -> list[str]:
    run = run[:_MAX_RUN]
    return [CHARACTERS + one for one in run] + [CHARACTERS + a + b for a, b in pairwise(run)]


@lru_cache(maxsize=_REPEATED)
def _word_tokens(word: str) -> tuple[str, ...]:
    return tuple(beginnings(WORD, word)) or (WORD + word,)


def _sound_tokens(sound: Sound) -> list[str]:
    whole, syllables, letters = sound.whole, sound.syllables, sound.initials
    tokens = [WHOLE + whole[:MAX_WHOLE], *_word_tokens(whole)]
    if sound.given and sound.family:
        tokens += _word_tokens(sound.given)
    for syllable in syllables[sound.family + 1 :]:
        tokens += _word_tokens(syllable)
    if len(syllables) > 3:
        tokens += [WORD + (a + b)[:12] for a, b in pairwise(syllables)]
    tokens += [INITIALS + letters[:end] for end in range(2, min(len(letters), MAX_INITIALS) + 1)]
    if len(letters) - sound.family > 1:
        tokens.append(INITIALS + letters[sound.family :][:MAX_INITIALS])
    return tokens


def _email_tokens(email: str) -> list[str]:
    mailbox, _, domain = email.rpartition("@")
    return [*_parts_tokens(MAILBOX, mailbox), *_domain_tokens(domain)]


@lru_cache(maxsize=_REPEATED)
def _domain_tokens(domain: str) -> tuple[str, ...]:
    return tuple(beginnings(MAIL_DOMAIN, compact(plain(domain))))


def _parts_tokens(kind: str, text: str) -> list[str]:
    parts = runs(plain(text))
    tokens = beginnings(kind, "".join(parts))
    for part in parts[1:]:
        tokens += beginnings(kind, part)
    return tokens


def _phone_tokens(phone: str) -> list[str]:
    digits = phone.partition(";")[0].lstrip("+")
    return [PHONE + digits[-length:] for length in PHONE_TAILS if length <= len(digits)]


def _text_tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for run in runs(plain(text)):
        tokens += _character_tokens(run) if is_characters(run) else _word_tokens(run)
    return tokens
