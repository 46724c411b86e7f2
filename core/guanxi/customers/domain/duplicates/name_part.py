"""One part of a name, and how alike two parts are: spelling, sound, short forms, initials.

The weight that each likeness carries stands in ``weights.py``.
"""

import re
from dataclasses import dataclass
from operator import eq

from rapidfuzz.distance import OSA, JaroWinkler

from guanxi.customers.domain.duplicates.short_forms import SHORT_FORMS
from guanxi.customers.domain.pinyin import name_syllables, simplified
from guanxi.customers.domain.writing import fold, is_han

_WORDS = re.compile(r"[^\W_]+")
_NEAR = 0.93
_SIMILAR = 0.85
_VAGUE = 0.5


@dataclass(frozen=True, slots=True)
class NamePart:
    """A part of a name as compared; false if it is not known."""

    text: str
    """Letters or characters only, folded and simplified."""
    sound: str
    """Pinyin of Han characters; of anything else the text itself."""
    initials: str
    """The first letters of the words or syllables."""
    is_han: bool

    def __bool__(self) -> bool:
        return bool(self.text)


_UNKNOWN = NamePart("", "", "", is_han=False)


def name_part(text: str, *, is_family: bool = False) -> NamePart:
    """Return ``text`` ready for comparing; ``is_family`` decides how surnames are read."""
    if not text:
        return _UNKNOWN
    words = _WORDS.findall(simplified(fold(text)))
    together = "".join(words)
    if together and is_han(together):
        way = (name_syllables(together, "") if is_family else name_syllables("", together))[0]
        if way:
            return NamePart(together, "".join(way), "".join(s[0] for s in way), is_han=True)
    return NamePart(together, together, "".join(word[0] for word in words), is_han=False)


def likeness(a: NamePart, b: NamePart) -> tuple[str, float]:
    """Return how two known parts are alike: a kind and a similarity from 0 to 1.

    Kinds from best to worst: ``same``; ``sounds_same`` (other characters of the same pinyin, or
    pinyin for characters); ``typo``; ``short_form`` (Rob, Robert; Bill, William); ``similar``;
    ``initial``; ``vague``; ``different``.
    """
    if a.text == b.text:
        return "same", 1.0
    if a.is_han or b.is_han:
        return _han_likeness(a, b)
    return _spelling_likeness(a, b)


def _han_likeness(a: NamePart, b: NamePart) -> tuple[str, float]:
    if a.sound == b.sound:
        return "sounds_same", 0.9
    if a.is_han != b.is_han:
        near = JaroWinkler.similarity(a.sound, b.sound)
        return ("similar", near) if near >= _NEAR else ("different", 0.0)
    shared = sum(map(eq, a.text, b.text)) / max(len(a.text), len(b.text))
    return ("vague", shared) if shared >= _VAGUE else ("different", shared)


def _spelling_likeness(a: NamePart, b: NamePart) -> tuple[str, float]:
    x, y = a.text, b.text
    shorter, longer = min(len(x), len(y)), max(len(x), len(y))
    near = JaroWinkler.similarity(x, y)
    edits = OSA.distance(x, y)
    if (edits == 1 and longer > 3) or near >= _NEAR:
        return "typo", near
    if shorter <= 2 and (x == b.initials[:shorter] or y == a.initials[:shorter]):
        return "initial", near
    if (shorter > 2 and (x.startswith(y) or y.startswith(x))) or _is_short_form(x, y):
        return "short_form", max(near, 0.8)
    if (edits == 2 and longer > 5) or near >= _SIMILAR:
        return "similar", near
    if edits <= longer * _VAGUE and shorter > 2:
        return "vague", near
    return "different", near


def _is_short_form(x: str, y: str) -> bool:
    return not SHORT_FORMS.get(x, frozenset()).isdisjoint(SHORT_FORMS.get(y, ()))
