"""Patterns that an author writes (正则表达式), in JavaScript's dialect.

They run on what strangers write, so none may take long: those that repeat a repetition are
refused, what is matched has a length, and matching stops after :data:`PATIENCE`.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

LONGEST: Final = 1_000
"""Characters of a pattern."""
MATCHED: Final = 2_000
"""Characters of an answer that a pattern is held against; longer ones do not match."""
PATIENCE: Final = 0.05
"""Seconds that one match may take."""

_NAMED_GROUP: Final = re.compile(r"\(\?<(?=[A-Za-z_])")
_NAMED_BACK: Final = re.compile(r"\\k<([A-Za-z_]\w*)>")


class UnusablePattern(ValueError):
    """A pattern that does not compile, or that may be slow: the reason is its ``args[0]``."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, ready to match."""

    source: str
    compiled: Any

    def found_in(self, text: str) -> bool:
        """Tell whether the pattern occurs in ``text``, as JavaScript's ``test`` does.

        A text too long, or a match that takes too long, counts as not found.
        """
        if len(text) > MATCHED:
            return False
        try:
            return self.compiled.search(text, timeout=PATIENCE) is not None
        except TimeoutError:
            return False


@lru_cache(maxsize=512)
def compiled(source: str, *, ignore_case: bool = False) -> Pattern:
    """Compile a pattern in JavaScript's dialect; raise :class:`UnusablePattern`."""
    import regex  # noqa: PLC0415 -- only questionnaires with patterns need it

    if len(source) > LONGEST:
        raise UnusablePattern("long")
    flags = regex.V0 | regex.ASCII | (regex.IGNORECASE if ignore_case else 0)
    try:
        pattern = regex.compile(_in_python(source), flags)
    except (regex.error, OverflowError, RecursionError, ValueError):
        raise UnusablePattern("broken") from None
    if repeats_repetition(source):
        raise UnusablePattern("slow")
    return Pattern(source, pattern)


def _in_python(source: str) -> str:
    """Write the few things that JavaScript writes in another way as Python does."""
    source = _NAMED_BACK.sub(r"(?P=\1)", _NAMED_GROUP.sub("(?P<", source))
    parts, index, in_class = [], 0, False
    while index < len(source):
        sign = source[index]
        if sign == "\\" and index + 1 < len(source):
            following = source[index + 1]
            parts.append("/" if following == "/" else sign + following)
            index += 2
            continue
        if sign == "[" and in_class:
            parts.append("\\[")
        elif sign == "$" and not in_class:
            parts.append(r"\Z")
        else:
            parts.append(sign)
        in_class = (sign == "[" or in_class) and sign != "]"
        index += 1
    return "".join(parts)


def repeats_repetition(source: str) -> bool:
    """Tell whether a group that holds an open repetition is itself repeated, as in ``(a+)+``.

    Such patterns may take time that doubles with each letter. Alternatives inside a repeated
    group, as in ``(a|a)*``, count likewise when they can start alike.
    """
    stack: list[_Group] = [_Group()]
    index = 0
    while index < len(source):
        sign = source[index]
        if sign == "[":
            index = _end_of_class(source, index)
        elif sign == "(":
            stack.append(_Group(start=index))
        elif sign == ")" and len(stack) > 1:
            group = stack.pop()
            if _repeated(source, index + 1) and (group.open or group.alike(source)):
                return True
            stack[-1].open |= group.open or _repeated(source, index + 1)
        elif sign == "|":
            stack[-1].bars.append(index)
        elif sign in "*+" or (sign == "{" and _repeated(source, index)):
            stack[-1].open = True
        index += 2 if sign == "\\" else 1
    return False


@dataclass(slots=True)
class _Group:
    """A group that is being read."""

    start: int = -1
    open: bool = False
    """Something inside may repeat without a fixed number."""
    bars: list[int] = field(default_factory=list)

    def alike(self, source: str) -> bool:
        """Tell whether two alternatives begin with the same sign, or any with a class."""
        starts = [self.start + 1, *(bar + 1 for bar in self.bars)]
        if len(starts) == 1:
            return False
        if source.startswith("?:", starts[0]):
            starts[0] += 2
        firsts = [source[at : at + (2 if source[at : at + 1] == "\\" else 1)] for at in starts]
        return len(set(firsts)) < len(firsts) or any(
            first[:1] in {"[", ".", "\\", "(", ")", "|", ""} for first in firsts
        )


def _end_of_class(source: str, index: int) -> int:
    """Return where the class of signs that starts at ``index`` ends."""
    index += 1
    while index < len(source) and source[index] != "]":
        index += 2 if source[index] == "\\" else 1
    return index


def _repeated(source: str, index: int) -> bool:
    """Tell whether at ``index`` stands a repetition that may go far."""
    if source[index : index + 1] in {"*", "+"}:
        return True
    found = re.match(r"\{\d*(,(\d*))?\}", source[index : index + 12])
    if found is None or found.group(1) is None:
        return False
    return not found.group(2) or int(found.group(2)) > 10
