"""Text as it may enter the database: no invisible surprises, bounded, trimmed.

All schemas pass their strings through :func:`clean_text`. PostgreSQL refuses NUL and lone
surrogates with an error of its own; here they become a sentence for the person instead.
What a *name* or an *identity* may look like stands in ``names.py`` and ``identities.py``.
"""

import re
import unicodedata

from guanxi.errors import Invalid

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MOST_MARKS = 4
"""Code points per character beyond which text is not even composed to count its length."""
_EDGES = re.compile("^[\\s\u200b\u200e\u200f\ufeff]+|[\\s\u200b\u200e\u200f\ufeff]+$")


class InvalidText(Invalid):
    """Text that cannot be stored or shown as it is; the sentence says what to change."""

    code = "invalid_text"


def clean_text(value: str, max_length: int, *, multiline: bool = False) -> str:
    r"""Return ``value`` trimmed, in Unicode NFC, with line ends as ``\n``.

    ``max_length`` counts characters of the result. Marks that only turn the direction of
    writing, which come along when a number is copied from an address book, are dropped.

    :raises InvalidText: NUL or another control character, half a surrogate pair, a line break
        where ``multiline`` is false, or too much text.
    """
    if value.isascii() and value.isprintable():
        text = value.strip(" ")
    elif len(value) <= max_length and value.isprintable():
        # No control, no mark of direction, no line end and no space but the plain one is in it.
        text = unicodedata.normalize("NFC", value.strip(" "))
    else:
        text = _clean_unusual(value, max_length)
    if not multiline:
        text = text.replace("\t", " ")
        if "\n" in text:
            raise InvalidText("This must be a single line. Remove the line breaks.")
    if len(text) > max_length:
        raise _too_long(max_length)
    return text


def _clean_unusual(value: str, max_length: int) -> str:
    if len(value) > _MOST_MARKS * max_length and len(value.strip()) > _MOST_MARKS * max_length:
        raise _too_long(max_length)
    refuse_unstorable(value)
    text = _LINE_ENDS.sub("\n", _DIRECTION.sub("", value))
    return unicodedata.normalize("NFC", _EDGES.sub("", text))


def refuse_unstorable(value: str) -> None:
    """Refuse what PostgreSQL cannot store or nobody can see; line breaks and tabs pass.

    :raises InvalidText: a control character, or half a surrogate pair.
    """
    if _SURROGATE.search(value):
        raise InvalidText("This text holds half a character. Type it again instead of pasting it.")
    if _CONTROL.search(_LINE_ENDS.sub("\n", value)):
        raise InvalidText("This text holds invisible control characters. Type it again.")


def _too_long(max_length: int) -> InvalidText:
    return InvalidText(
        "This text is too long: at most %(limit)s characters are kept here.", limit=max_length
    )
