"""Numbers the way JavaScript writes and reads them, and the way survey-core does.

A number is an int up to 2^53 and a float otherwise; no arithmetic is done on larger ints, so none
grows without bound.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

WHITESPACE: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What ``trim`` takes away."""
NAN: Final = math.nan
EXACT: Final = 2**53
"""Up to here each integer is a number."""

Number = int | float

_LITERAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_RADIX: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_HEXADECIMAL: Final = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_BASES: Final = {"x": 16, "o": 8, "b": 2}
_NAMED: Final = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}


def is_number(value: Any) -> bool:
    """Tell whether a value is of JavaScript's type number."""
    kind = type(value)
    return kind is int or kind is float


def simplified(number: Number) -> Number:
    """Return an int for a whole number that is exact, a float for all others."""
    if type(number) is int:
        if -EXACT <= number <= EXACT:
            return number
        try:
            return float(number)
        except OverflowError:
            return math.inf if number > 0 else -math.inf
    if -EXACT <= number <= EXACT and number == math.floor(number):
        return int(number)
    return number


def written(number: Number) -> str:
    """Return a number as JavaScript writes it: up to 21 digits, then with an exponent."""
    number = simplified(number)
    if type(number) is int:
        return str(number)
    if number != number or math.isinf(number):  # noqa: PLR0124 -- NaN is not itself
        return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"  # noqa: PLR0124
    sign, figures, exponent = Decimal(repr(number)).as_tuple()
    digits = "".join(map(str, figures)).rstrip("0")
    point = len(figures) + int(exponent)
    return ("-" if sign else "") + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Return digits with the decimal point after ``point`` of them."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    power = point - 1
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{'+' if power > 0 else '-'}{abs(power)}"


def read_whole(text: str) -> Number:
    """Return what ``Number(text)`` gives: the whole text is a number, or NaN."""
    text = text.strip(WHITESPACE)
    if not text:
        return 0
    if _LITERAL.fullmatch(text):
        return simplified(float(text))
    if _RADIX.fullmatch(text):
        return simplified(float(int(text[2:18], _BASES[text[1].lower()])))
    return _NAMED.get(text, NAN)


def read_float(text: str) -> Number:
    """Return what ``parseFloat(text)`` gives: the number with which the text begins."""
    text = text.lstrip(WHITESPACE)
    found = _LITERAL.match(text)
    if found:
        return simplified(float(found.group()))
    return next((value for name, value in _NAMED.items() if text.startswith(name)), NAN)


def read_integer(text: str) -> Number:
    """Return what ``parseInt(text)`` gives: the integer with which the text begins."""
    text = text.lstrip(WHITESPACE)
    hexadecimal = _HEXADECIMAL.match(text)
    if hexadecimal:
        return simplified(int(hexadecimal.group(), 16))
    found = _INTEGER.match(text)
    return simplified(float(found.group())) if found else NAN


def read_answer(text: str) -> Number:
    """Return the number that survey-core takes a text for, or NaN.

    A decimal comma is a point; more than 15 digits are an identifier, not a number.
    """
    text = text.strip(WHITESPACE)
    if not text or _has_operator(text):
        return NAN
    if text.startswith("0x"):
        return read_integer(text) if len(text) <= 32 else NAN
    if len(text) > 15 and text.isascii() and text.isdigit():
        return NAN
    if text.count(",") == 1:
        text = text.replace(",", ".")
    if _LITERAL.fullmatch(text):
        number = float(text)
        return simplified(number) if math.isfinite(number) else NAN
    return 0 if _RADIX.fullmatch(text) else NAN


def _has_operator(text: str) -> bool:
    if text.startswith("0x") or text.rfind("-") > 0 or text.rfind("+") > 0:
        return False
    return any(sign in text for sign in "*^/%")


def decimals(text: str) -> int:
    """Return how many characters follow the first point."""
    parts = text.split(".")
    return len(parts[1]) if len(parts) > 1 else 0


def to_fixed(number: Number, digits: int) -> Number:
    """Return a number rounded to ``digits`` decimals, ties away from zero on its exact value."""
    if not math.isfinite(number) or abs(number) >= 1e21:
        return number
    exact = Decimal(number)
    try:
        rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    except ArithmeticError:
        return number
    return simplified(float(rounded))
