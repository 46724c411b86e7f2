"""A short code for how a name sounds, so that misspelt names fall into one block.

The code is Soundex (R. C. Russell, US patents 1,261,167 of 1918 and 1,435,663 of 1922): the
first letter and up to three digits for the consonant groups that follow. It is only used to
find candidates; how alike they are is for ``name_part.py``.
"""

from functools import lru_cache

_GROUPS = {"bfpv": "1", "cgjkqsxz": "2", "dt": "3", "l": "4", "mn": "5", "r": "6"}
_DIGITS = {letter: digit for letters, digit in _GROUPS.items() for letter in letters}
_SILENT = "hw"
_LENGTH = 4


@lru_cache(maxsize=65536)
def soundex(name: str) -> str:
    """Return the Soundex code of a folded name; its beginning if it has no Latin letters."""
    letters = [letter for letter in name if "a" <= letter <= "z"]
    if not letters:
        return name[:_LENGTH]
    code, last = letters[0], _DIGITS.get(letters[0], "")
    for letter in letters[1:]:
        digit = _DIGITS.get(letter, "")
        if digit and digit != last:
            code += digit
        if letter not in _SILENT:
            last = digit
    return code[:_LENGTH].ljust(_LENGTH, "0")


def soundex_from_end(name: str) -> str:
    """Return the code of the name read backwards, for a slip in its first letter."""
    return soundex(name[::-1])
