"""How Han characters sound, without tones (拼音), and their simplified form (简体).

Names read some characters in their own way (单 shan, 曾 zeng, 解 xie); which ones stands in
``name_readings.py``. No dictionary is loaded before the first Han character is met.
"""

import os
import re
from collections.abc import Callable
from functools import cache
from itertools import islice, product

from guanxi.customers.domain.name_readings import (
    COMPOUND_READINGS,
    NAME_READINGS,
    SURNAME_READINGS,
)
from guanxi.customers.domain.writing import is_han

MAX_READINGS = 4
"""Ways in which one name is read at most; more would only come from very long names."""

_REPEATED = re.compile("(.)々")


@cache
def _dictionary() -> dict[int, str]:
    # The phrase table is of no use for names and costs 45 MB of memory in each process.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 -- not before it is needed

    table: dict[int, str] = PINYIN_DICT
    return table


@cache
def _without_tone(syllable: str) -> str:
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415 -- as above

    return str(to_normal(syllable))


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return the usual readings of one character, best first; none if it is no Han character.

    ``ü`` is written ``v`` as on keyboards, with ``u`` as a second reading where names use it.
    """
    known = NAME_READINGS.get(character)
    if known:
        return known
    first = _dictionary().get(ord(character), "").partition(",")[0]
    return (_without_tone(first),) if first else ()


def in_latin(text: str) -> str:
    """Return ``text`` with each Han character as its usual pinyin, blanks around it.

    For keys and file names that a person can still read; everything else stays as it is.
    """
    spelled = (f" {known[0]} " if (known := readings(one)) else one for one in text)
    return " ".join("".join(spelled).split())


@cache
def _surname_readings(surname: str) -> tuple[tuple[str, ...], ...]:
    if surname in COMPOUND_READINGS:
        return tuple((syllable,) for syllable in COMPOUND_READINGS[surname])
    if len(surname) != 1:
        return tuple(readings(character) for character in surname)
    special = SURNAME_READINGS.get(surname, ())
    return (special + tuple(usual for usual in readings(surname) if usual not in special),)


def name_syllables(family: str, given: str) -> list[tuple[str, ...]]:
    """Return the ways to read a Han name as tuples of syllables, the best first.

    At most :data:`MAX_READINGS`; a character without a known reading is left out.
    """
    if "々" in family or "々" in given:
        family, given = _REPEATED.sub(r"\1\1", family), _REPEATED.sub(r"\1\1", given)
    slots = [slot for slot in (*_surname_readings(family), *map(readings, given)) if slot]
    if all(len(slot) == 1 for slot in slots):
        return [tuple(slot[0] for slot in slots)]
    return list(islice(product(*slots), MAX_READINGS))


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # noqa: PLC0415 -- not before it is needed

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


@cache
def _simplified_character(character: str) -> str:
    return _converter()(character) if is_han(character) else character


def simplified(text: str) -> str:
    """Return ``text`` with traditional characters made simple, one by one: 張喬 -> 张乔."""
    if text.isascii():
        return text
    return "".join(map(_simplified_character, text))
