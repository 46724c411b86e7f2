"""The ways in which text is spelled when one searches for it: characters, words, pinyin.

Tokens, queries and ranking all see text through this module, so that they agree. Case, width,
diacritics, traditional forms and apostrophes do not count.
"""

import re
from typing import NamedTuple

from guanxi.customers.domain.names import family_length
from guanxi.customers.domain.pinyin import name_syllables, simplified
from guanxi.customers.domain.writing import UNSPACED, fold, is_han

_APOSTROPHES = str.maketrans("", "", "'`\u00b4\u02bb\u02bc\u2018\u2019")
_RUNS = re.compile(f"[{UNSPACED}]+|[^\\W_{UNSPACED}]+")
_SEPARATORS = re.compile(r"[\W_]+")


class Sound(NamedTuple):
    """One way to read a Han name aloud."""

    syllables: tuple[str, ...]
    family: int
    """How many of the syllables are the family name."""

    @property
    def whole(self) -> str:
        """All of it: zhangsan."""
        return "".join(self.syllables)

    @property
    def given(self) -> str:
        """What follows the family name; empty if nothing does."""
        return "".join(self.syllables[self.family :])

    @property
    def initials(self) -> str:
        """The first letters: zs."""
        return "".join(syllable[0] for syllable in self.syllables)


def plain(text: str) -> str:
    """Return ``text`` as search compares it, punctuation and spaces still in place."""
    folded = fold(text)
    if folded.isascii() and "'" not in folded and "`" not in folded:
        return folded
    return simplified(folded).translate(_APOSTROPHES)


def runs(plain_text: str) -> list[str]:
    """Take plain text apart into words and into stretches of Han, kana or Hangul."""
    return _RUNS.findall(plain_text)


def compact(plain_text: str) -> str:
    """Return plain text without anything but letters, digits and characters."""
    return _SEPARATORS.sub("", plain_text)


def hyphenated(plain_text: str) -> list[str]:
    """Return the words written with hyphens as one: xiao-ming -> xiaoming."""
    if "-" not in plain_text:
        return []
    return [compact(word) for word in plain_text.split() if "-" in word.strip("-")]


def is_characters(run: str) -> bool:
    """Whether a run is of a script without spaces, rather than a word of letters or digits."""
    return run[0] > "\u2fff"


def sounds(run: str) -> list[Sound]:
    """Return the ways to read a run of Han characters, best first; none for other scripts."""
    if not is_han(run):
        return []
    family = family_length(run)
    ways = name_syllables(run[:family], run[family:])
    return [Sound(way, min(family, len(way))) for way in ways if way]
