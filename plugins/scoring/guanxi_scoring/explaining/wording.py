"""A stored sentence in the reader's language: its msgid translated, its values written out.

Sentences are stored as JSON, so a value that is more than a number or a word says what it is by
its one key (money by two)::

    Sentence(
        N_("Bought %(times)s, the last time %(days)s ago."),
        {"times": {"times": 12}, "days": {"days": 65}},
    )

========================================== =============================
``{"days": 65}``                           65 days, 65 天
``{"times": 12}``                          12 times, 12 次
``{"day": "2011-12-09"}``                  9 Dec 2011
``{"share": 0.123}``                       12.3%
``{"points": 3.4}``                        3.4 (signed: +3.4)
``{"money": "12.30", "currency": "GBP"}``  £12.30
``{"en": "Tea", "zh": "茶"}``              in the reader's language
``{"sentence": "…", "values": {…}}``       a sentence within a sentence
a number                                   1,234.5, at most three digits after the point
========================================== =============================
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from flask_babel import get_locale

from guanxi.sdk import Text
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.texts import _, ngettext


def said(told: Sentence | Mapping[str, Any] | None) -> str:
    """Return a sentence, or its stored form, in the current person's language."""
    if not told:
        return ""
    message = told.message if isinstance(told, Sentence) else told["message"]
    values = told.values if isinstance(told, Sentence) else told.get("values") or {}
    written = {name: value_in_words(value) for name, value in values.items()}
    return _(message, **written) if written else _(message)


def value_in_words(value: Any) -> str:
    """Return a value of a sentence as the reader's language writes it."""
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Mapping):
        write = next((_WRITE[name] for name in _WRITE if name in value), None)
        return write(value) if write else str(dict(value))
    if isinstance(value, bool | str) or value is None:
        return "–" if value is None else str(value)
    return number(value)


def number(value: Decimal | float) -> str:
    """Write a number with at most three digits after the point."""
    return str(format_decimal(value, "#,##0.###", locale=_locale()))


def share(value: Decimal | float) -> str:
    """Write a share of 1 as percent."""
    return str(format_percent(value, "#,##0.#%", locale=_locale()))


def money(value: Decimal | float | str, currency: str) -> str:
    """Write an amount."""
    return str(format_currency(Decimal(str(value)), currency, locale=_locale()))


def day(value: date) -> str:
    """Write a calendar day."""
    return str(format_date(value, "medium", locale=_locale()))


def days(value: Any) -> str:
    """Write a number of days."""
    return str(ngettext("%(number)s day", "%(number)s days", _form(value), number=number(value)))


def times(value: Any) -> str:
    """Write how often something happened."""
    return str(ngettext("%(number)s time", "%(number)s times", _form(value), number=number(value)))


def country(code: str) -> str:
    """Write the name of a country; a code that is none stays as it is."""
    locale = get_locale()
    return str(locale.territories.get(code.upper(), code)) if locale else code


def _form(value: Any) -> int:
    """Return the number that decides between one and many: 1.5 days are many."""
    return 1 if value == 1 else 2


def _locale() -> Any:
    return get_locale() or "en"


_WRITE: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = MappingProxyType(
    {
        "days": lambda told: days(told["days"]),
        "times": lambda told: times(told["times"]),
        "day": lambda told: day(date.fromisoformat(str(told["day"])[:10])),
        "share": lambda told: share(told["share"]),
        "points": lambda told: f"{'+' if told['points'] > 0 else ''}{number(told['points'])}",
        "money": lambda told: money(told["money"], told["currency"]),
        "en": lambda told: str(Text(told["en"], told["zh"])),
        "sentence": lambda told: said({"message": told["sentence"], "values": told.get("values")}),
    }
)
"""How the kinds of values are written, by the key that says which kind it is."""
