"""Decimal numbers as people and shops write them."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from guanxi.imports.files.values.errors import NotANumber, quoted

_LONGEST = 64
_LARGEST = Decimal(10) ** 20
_DECIMALS = 20

_CURRENCIES = (
    r"¥|\$|€|£|₩|₹|₽|元|US\$|HK\$|NT\$|S\$|"
    "CNY|RMB|USD|EUR|GBP|JPY|HKD|TWD|SGD|AUD|CAD|CHF|KRW|INR|RUB|SEK|NOK|DKK|PLN|MYR|THB"
)
_SPACES = " '\u2019_"  # others have become plain spaces by then
_MINUS = "[-\u2212\u2013]"

# Groups of two digits stand in Indian amounts, of four in some Chinese ones.
_FORM = (
    r"(?P<whole>\d+|\d{{1,4}}(?P<group>[{group}])\d{{2,4}}((?P=group)\d{{2,4}})*)?"
    r"([{point}](?P<fraction>\d*))?(?P<exponent>[eE][+-]?\d{{1,3}})?"
)
_point_form = re.compile(_FORM.format(group="," + _SPACES, point="."), re.ASCII).fullmatch
_comma_form = re.compile(_FORM.format(group="." + _SPACES, point=","), re.ASCII).fullmatch
_usual_point = re.compile(r"-?(\d{1,20}|\d{1,3}(,\d{3}){1,5})(\.\d{1,20})?", re.ASCII).fullmatch
_usual_comma = re.compile(r"-?(\d{1,20}|\d{1,3}(\.\d{3}){1,5})(,\d{1,20})?", re.ASCII).fullmatch
_signed = re.compile(
    rf"(?P<open>\()?\s*((?P<before>{_MINUS})|\+)?\s*({_CURRENCIES})?\s*(?P<after>{_MINUS})?\s*"
    rf"(?P<digits>[\d.,eE+\-{_SPACES}]*?)"
    rf"\s*({_CURRENCIES})?\s*(?P<trailing>{_MINUS})?\s*(?P<close>\))?",
    re.IGNORECASE,
).fullmatch


def parse_decimal(text: str, *, decimal_comma: bool = False) -> Decimal:
    """Return the number that ``text`` shows, exactly.

    Understands thousands separators (comma, space, apostrophe; the full stop where
    ``decimal_comma`` says that the comma is the decimal mark), full-width digits, a currency
    before or after, and minus as a sign before or after or as parentheses (bookkeeping).
    Currency signs are passed over, not converted. Raises NotANumber for anything else: text,
    percentages, NaN, infinity, 10^20 and more, more than 20 decimals.
    """
    # Only short texts are remembered, so the memory that this takes is bounded.
    if len(text) > _LONGEST:
        raise _not_a_number(text, decimal_comma=decimal_comma)
    return _remembered(text, decimal_comma=decimal_comma)


@lru_cache(maxsize=8192)
def _remembered(text: str, *, decimal_comma: bool) -> Decimal:
    if decimal_comma and _usual_comma(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if not decimal_comma and _usual_point(text):
        return Decimal(text.replace(",", ""))
    number = _understood(unicodedata.normalize("NFKC", text).strip(), decimal_comma=decimal_comma)
    if number is None:
        raise _not_a_number(text, decimal_comma=decimal_comma)
    return number


def _understood(text: str, *, decimal_comma: bool) -> Decimal | None:
    signed = _signed(text)
    if signed is None or bool(signed["open"]) != bool(signed["close"]):
        return None
    minuses = [mark for mark in signed.group("open", "before", "after", "trailing") if mark]
    digits = (_comma_form if decimal_comma else _point_form)(signed["digits"])
    if len(minuses) > 1 or digits is None or not (digits["whole"] or digits["fraction"]):
        return None
    number = _bounded(digits)
    return -number if number is not None and minuses else number


def _bounded(digits: re.Match[str]) -> Decimal | None:
    whole = re.sub(r"\D", "", digits["whole"] or "0")
    fraction = f".{digits['fraction']}" if digits["fraction"] else ""
    number = Decimal(whole + fraction + (digits["exponent"] or ""))
    smallest = number.normalize().as_tuple().exponent
    if number >= _LARGEST or not isinstance(smallest, int) or smallest < -_DECIMALS:
        return None
    return Decimal(f"{number:f}")  # so that no exponent is left


def guess_decimal_comma(texts: Iterable[str]) -> bool | None:
    """Tell from a column's cells whether its decimal mark is the comma; None if all is possible.

    A column that fits neither way, or both, gives None.
    """
    possible = {True, False}
    for text in texts:
        if text.strip():
            possible = {comma for comma in possible if _fits(text, decimal_comma=comma)}
    return possible.pop() if len(possible) == 1 else None


def _fits(text: str, *, decimal_comma: bool) -> bool:
    try:
        parse_decimal(text, decimal_comma=decimal_comma)
    except NotANumber:
        return False
    return True


def _not_a_number(text: str, *, decimal_comma: bool) -> NotANumber:
    if decimal_comma:
        return NotANumber(
            "“%(text)s” is not a number with a decimal comma. Write it like 1.234,50.",
            text=quoted(text),
        )
    return NotANumber("“%(text)s” is not a number. Write it like 1,234.50.", text=quoted(text))
