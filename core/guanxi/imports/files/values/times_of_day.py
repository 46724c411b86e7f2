"""Times of day as they stand behind a date: 8:26, 2:30 pm, 下午2:30, 14时30分."""

import re

_MORNING = ("am", "上午", "早上", "凌晨")
_AFTERNOON = ("pm", "下午", "傍晚", "晚上")
_EVENING = "晚上"

PATTERN = (
    rf"((\s*[T,]\s*|\s+|(?<=日))(?P<half>{'|'.join((*_MORNING[1:], *_AFTERNOON[1:]))})?\s*"
    r"(?P<hour>\d{1,2})([:时点](?P<minute>\d{1,2})?)"
    r"([:分]((?P<second>\d{1,2})(\.(?P<part>\d{1,9}))?)?秒?)?\s*(?P<half_after>[ap]\.?m\.?)?)?"
)
"""Matches a time and the space before it, or nothing."""

Parts = dict[str, str | None]
"""The named groups of a match."""


def time_of(parts: Parts) -> tuple[int, int, int, int]:
    """Return hour, minute, second and microsecond; midnight if there was no time.

    Raises ValueError for a half of the day that does not fit, as in 13:00 am.
    """
    numbers = [int(parts[name] or 0) for name in ("hour", "minute", "second")]
    half = (parts["half_after"] or parts["half"] or "").lower().replace(".", "")
    microsecond = int((parts["part"] or "0").ljust(6, "0")[:6])
    return (_hour_of_24(numbers[0], half), numbers[1], numbers[2], microsecond)


def _hour_of_24(hour: int, half: str) -> int:
    if half in _AFTERNOON and hour <= 12:
        if half == _EVENING and hour == 12:
            raise ValueError(half)  # midnight, but of which day?
        return hour % 12 + 12
    if half in _MORNING:
        if hour > 12:
            raise ValueError(half)
        return hour % 12
    return hour


def compiled(date_pattern: str) -> re.Pattern[str]:
    """Return the expression for a date in this form with or without a time behind it."""
    return re.compile(date_pattern + PATTERN, re.ASCII | re.IGNORECASE)
