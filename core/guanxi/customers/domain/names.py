"""Names of people: family and given part, and which of them comes first.

Chinese, Japanese and Korean names in their own script have the family name first and no space
(欧阳娜娜); Western ones have it last; lists write "Family, Given". How a Han name is read stands
in ``pinyin.py``, the family names that need a list in ``family_names.py``.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from guanxi.customers.domain import family_names as known
from guanxi.customers.domain.pinyin import name_syllables
from guanxi.customers.domain.writing import HAN, fold, has_kana, is_han, is_unspaced

_COMMA = re.compile("\\s*[,\uff0c]\\s*")
_MIDDLE_DOT = re.compile("\\s*[·・•‧]\\s*")
_HAN_RUNS = re.compile(f"([{HAN}]+)")
_JAPANESE_ONLY = re.compile("[々辻畑峠榊沢辺桜斎渋浜瀬竜恵戸塚関広黒巌畠込笹]|[子郎夫介彦]$")
_MAX_SORT_KEY = 200
_REPEATED = 8192
"""Parts of names of which is kept how they are read: the same ones come again and again."""
_FAMILY_FIRST_LANGUAGES = ("hu", "vi")


class NameOrder(StrEnum):
    """Which part of the name is said first (姓名顺序)."""

    EASTERN = "eastern"
    """Family name first: 张三, 佐藤 健, Nguyễn Văn An."""
    WESTERN = "western"
    """Given name first: John Smith, 约翰·史密斯."""


class NameParts(NamedTuple):
    """A name taken apart; either part may be empty."""

    family: str
    given: str
    order: NameOrder


def split_name(full: str) -> NameParts:
    """Take a full name apart by its script and punctuation.

    ``Family, Given`` is understood. A single Western word counts as a given name. Romanised
    Chinese ("Zhang Wei") cannot be told from a Western name and is read as one; a family name
    in capitals (ZHANG Wei) is.
    """
    full = " ".join(full.split())
    pieces = _COMMA.split(full)
    if len(pieces) == 2 and all(pieces):
        return _split_at_comma(*pieces)
    if full.isascii():
        return _split_western(full.split(" "))
    foreign = _MIDDLE_DOT.split(full)
    if len(foreign) > 1 and all(map(is_unspaced, foreign)):
        return NameParts(foreign[-1], "·".join(foreign[:-1]), NameOrder.WESTERN)
    words = full.split(" ")
    if any(map(is_unspaced, words)):
        return _split_eastern(words)
    return _split_western(words)


def _split_at_comma(left: str, right: str) -> NameParts:
    if fold(right).rstrip(".") in known.SUFFIXES:
        family, given, order = split_name(left)
        if not family:
            family, given = given, ""
        return NameParts(f"{family}, {right}", given, order)
    eastern = is_unspaced(left) and is_unspaced(right)
    return NameParts(left, right, NameOrder.EASTERN if eastern else NameOrder.WESTERN)


def _split_eastern(words: list[str]) -> NameParts:
    first, *rest = words
    if not is_unspaced(first):
        if is_unspaced(words[-1]) and family_length(words[-1]) == len(words[-1]):
            return NameParts(words[-1], " ".join(words[:-1]), NameOrder.WESTERN)
        return _split_western(words)
    length = len(first) if rest and is_unspaced(rest[0]) else family_length(first)
    given = " ".join(filter(None, [first[length:], *rest]))
    return NameParts(first[:length], given, NameOrder.EASTERN)


@lru_cache(maxsize=_REPEATED)
def family_length(name: str) -> int:
    """Return how many leading characters of an unspaced name are the family name.

    ``name`` is Han, kana or Hangul. Japanese names are told by kana, by characters that only
    Japan uses, or by a frequent family name before a given name that fits.
    """
    for length in range(min(known.LONGEST_COMPOUND, len(name)), 1, -1):
        if name[:length] in known.COMPOUND_SURNAMES:
            return length
    if "\uac00" <= name[0] <= "\ud7a3":
        return 2 if len(name) > 2 and name[:2] in known.KOREAN_COMPOUND_SURNAMES else 1
    return _japanese_family_length(name) or 1


def _japanese_family_length(name: str) -> int:
    listed = next((n for n in (4, 3, 2) if name[:n] in known.JAPANESE_SURNAMES), 0)
    evidently = has_kana(name) or _JAPANESE_ONLY.search(name) is not None
    if listed and listed < len(name):
        could_be_chinese = len(name) < 4 and name[0] in known.COMMON_CHINESE_SURNAMES
        return listed if evidently or not could_be_chinese else 0
    return 2 if evidently and len(name) > 3 else 0


def _split_western(words: list[str]) -> NameParts:
    if len(words) == 1:
        return NameParts("", words[0], NameOrder.WESTERN)
    if len(words[0]) > 2 and words[0].isupper() and not words[-1].isupper():
        return NameParts(words[0], " ".join(words[1:]), NameOrder.EASTERN)
    start = len(words) - 1
    if fold(words[start]).rstrip(".") in known.SUFFIXES and start > 1:
        start -= 1
    while start > 1 and words[start - 1] in known.PARTICLES:
        start -= 1
    return NameParts(" ".join(words[start:]), " ".join(words[:start]), NameOrder.WESTERN)


def display_name(
    family: str, given: str, order: NameOrder | None = None, locale: str | None = None
) -> str:
    """Write a name as its bearer would: 张三, 约翰·史密斯, John Smith.

    Without ``order`` the script decides, then ``locale`` (a language code): Hungarian and
    Vietnamese put the family name first.
    """
    if not family or not given:
        return family or given
    unspaced = is_unspaced(family[-1]) and is_unspaced(given[0])
    if order is None:
        eastern = unspaced or (locale or "").startswith(_FAMILY_FIRST_LANGUAGES)
        order = NameOrder.EASTERN if eastern else NameOrder.WESTERN
    if order == NameOrder.EASTERN:
        return f"{family}{given}" if unspaced else f"{family} {given}"
    unspaced = is_unspaced(given[-1]) and is_unspaced(family[0])
    return f"{given}·{family}" if unspaced else f"{given} {family}"


def sort_key(family: str, given: str) -> str:
    """Return what a name is sorted by, to be compared code point by code point (``COLLATE "C"``).

    Han characters go by their pinyin, equal sounds together by character; everything else by
    letters without case and diacritics. So 张三 stands between "Young" and "Zidane".
    """
    if family.isascii() and given.isascii():
        key = f"{family} {given}".lower()
    else:
        key = f"{_sortable(family, is_family=True)} {_sortable(given)}"
    return key.strip()[:_MAX_SORT_KEY]


@lru_cache(maxsize=_REPEATED)
def _sortable(part: str, *, is_family: bool = False) -> str:
    pieces = (
        _spelled(run, is_family=is_family) if is_han(run) else fold(run).strip()
        for run in _HAN_RUNS.split(part)
    )
    return " ".join(filter(None, pieces))


def _spelled(run: str, *, is_family: bool) -> str:
    sounds = name_syllables(run, "")[0] if is_family else name_syllables("", run)[0]
    if len(sounds) != len(run):
        return run
    return " ".join(f"{sound}{character}" for sound, character in zip(sounds, run, strict=True))


def initials(family: str, given: str, order: NameOrder = NameOrder.EASTERN) -> str:
    """Return one or two characters for an avatar: 之俊 for 王之俊, 张三, JS for John Smith.

    An organisation's name goes in as ``family`` alone: 北京 for 北京某某公司. Empty for no name.
    """
    if family and is_unspaced(given) and order == NameOrder.EASTERN:
        return given[-2:] if len(given) > 1 or len(family) > 1 else family + given
    if not family or not given:
        only = family or given
        return only[:2] if is_unspaced(only[:2]) else only[:1].upper()[:1]
    parts = (family, given) if order == NameOrder.EASTERN else (given, family)
    return "".join(part[0].upper()[0] for part in parts)
