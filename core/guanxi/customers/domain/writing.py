"""Which script a character belongs to, and what text looks like when only its letters count.

Search and duplicates compare folded text; names use the script tests to tell Chinese and
Japanese names from Western ones. How Han characters sound stands in ``pinyin.py``.
"""

import re
import unicodedata
from functools import cache

HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
HANGUL = "\uac00-\ud7a3"
UNSPACED = HAN + KANA + HANGUL
"""Ranges, for a regular expression's brackets, of scripts that write names without spaces."""

_HAN_ONLY = re.compile(f"[{HAN}]+")
_HAS_KANA = re.compile(f"[{KANA}]")
_UNSPACED_ONLY = re.compile(f"[{UNSPACED}]+")

_NO_DECOMPOSITION = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
_NO_DECOMPOSITION |= {"\u0131": "i", "ħ": "h", "ŧ": "t", "ŋ": "ng", "ĸ": "k"}


def is_han(text: str) -> bool:
    """Whether ``text`` is written in Han characters only (汉字)."""
    return _HAN_ONLY.fullmatch(text) is not None


def has_kana(text: str) -> bool:
    """Whether ``text`` holds a Japanese syllable character (假名)."""
    return _HAS_KANA.search(text) is not None


def is_unspaced(text: str) -> bool:
    """Whether ``text`` is all Han, kana or Hangul, which write names without spaces."""
    return _UNSPACED_ONLY.fullmatch(text) is not None


def fold(text: str) -> str:
    """Return ``text`` without case, width and diacritics: ``Łukasz Müller`` -> ``lukasz muller``.

    Katakana become hiragana. Marks of other scripts, where they are letters, stay.
    """
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, unicodedata.normalize("NFKC", text).casefold()))


@cache
def _fold_character(character: str) -> str:
    if "\u30a1" <= character <= "\u30f6":
        return chr(ord(character) - 0x60)
    if "\u0300" <= character <= "\u036f":
        return ""
    base = unicodedata.normalize("NFD", character)[0]
    if base != character and unicodedata.name(base, "").startswith(("LATIN", "GREEK", "CYRILLIC")):
        return base
    return _NO_DECOMPOSITION.get(character, character)
