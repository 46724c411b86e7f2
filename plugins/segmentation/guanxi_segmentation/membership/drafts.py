"""What a person says about a segment, checked before it is stored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from guanxi.sdk import Invalid, customers
from guanxi_segmentation.texts import N_

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
HIDDEN_PREFIXES: Final = ("held_", "class_")
"""Keys of hidden segments begin like this; ``bulk_statements`` says it in SQL."""
_LONGEST_MADE: Final = 50
"""So long is a key that is made of a title; a number may follow."""
LONGEST_TITLE: Final = 120
LONGEST_DESCRIPTION: Final = 2000


@dataclass(frozen=True, slots=True)
class SegmentDraft:
    """A segment to be made. Without a ``rule`` it is a list put together by hand.

    :param key: what rules and programs call it; made from the English title where it is missing.
    :param announce: whether entering and leaving are events in the log.
    :param announce_build: whether those who are in it at first are announced, too.
    """

    title_en: str
    title_zh: str = ""
    key: str | None = None
    description: str | None = None
    rule: Mapping[str, Any] | None = None
    announce: bool = True
    announce_build: bool = False


def is_hidden(key: str) -> bool:
    """Say whether a segment with that key is hidden."""
    return key.startswith(HIDDEN_PREFIXES)


def checked_key(key: str) -> str:
    """Return ``key`` if a segment may be called that.

    :raises Invalid: it is none, or one of those kept for hidden segments.
    """
    if not KEY.fullmatch(key) or key.startswith(HIDDEN_PREFIXES):
        raise Invalid(
            N_("A key has 1 to 60 small letters, digits and _, and begins with a letter."),
            fields={"key": [key[:80]]},
        )
    return key


def key_from(title: str, otherwise: str = "segment") -> str:
    """Return a key made of a title, in pinyin of a Chinese one; ``otherwise`` of nothing."""
    plain = re.sub(r"[^a-z0-9]+", "_", customers.in_latin(title).lower()).strip("_")
    plain = re.sub(r"^[0-9_]+", "", plain)
    if len(plain) > _LONGEST_MADE:
        plain = plain[: _LONGEST_MADE + 1].rpartition("_")[0] or plain[:_LONGEST_MADE]
    return plain if plain and not plain.startswith(HIDDEN_PREFIXES) else otherwise


def checked_titles(title_en: str, title_zh: str) -> tuple[str, str]:
    """Return both titles; where one is missing the other stands for it.

    :raises Invalid: both are missing, or one is too long or not text of one line.
    """
    titles = [_one_line(title) for title in (title_en, title_zh)]
    if not any(titles):
        raise Invalid(N_("Give it a title."), fields={"title_en": [""]})
    return titles[0] or titles[1], titles[1] or titles[0]


def checked_description(text: str | None) -> str | None:
    """Return the description, None where it says nothing.

    :raises Invalid: it is too long.
    """
    text = (text or "").strip()
    if len(text) > LONGEST_DESCRIPTION or "\0" in text:
        raise Invalid(
            N_("A description has at most %(most)s characters."),
            most=LONGEST_DESCRIPTION,
            fields={"description": [text[:80]]},
        )
    return text or None


def _one_line(title: str) -> str:
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise Invalid(
            N_("A title is one line of at most %(most)s characters."),
            most=LONGEST_TITLE,
            fields={"title_en": [title[:80]]},
        )
    return title
