"""Numbers, money, days and lists as sentences of a language write them; no request is needed.

Sentences about rules, policies and tiers stand in ``earning/sentences.py``,
``policy_sentences.py`` and ``tiers/sentences.py``; each phrase carries both languages.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from guanxi.sdk import Text

_LOCALES = {"zh": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en_GB")}
_MONTHS = Text("months", "个月")
_DAYS = Text("days", "天")


@dataclass(frozen=True, slots=True)
class Wording:
    """How things are written in ``language``, ``zh`` or ``en``."""

    language: str

    @property
    def locale(self) -> Locale:
        """The language's habits."""
        return _LOCALES["zh" if self.language == "zh" else "en"]

    def say(self, phrase: Text, **values: object) -> str:
        """Return a phrase with its values."""
        text = phrase.in_language(self.language)
        return text % values if values else text

    def number(self, value: Decimal | int) -> str:
        """``1234.50`` as 1,234.5."""
        return str(format_decimal(value, locale=self.locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an amount; without pence where there are none."""
        if amount == amount.to_integral_value():
            return str(format_currency(amount, currency, "¤#,##0", self.locale, False))  # noqa: FBT003 -- Babel's signature
        return str(format_currency(amount, currency, locale=self.locale))

    def day(self, value: date) -> str:
        """Return a calendar day."""
        return str(format_date(value, "medium", locale=self.locale))

    def yearly(self, month: int, day: int) -> str:
        """Return a day of each year."""
        if self.language == "zh":
            return f"{month} 月 {day} 日"
        return f"{day} {self.locale.months['format']['wide'][month]}"

    def weekday(self, number: int) -> str:
        """Return the name of a day of the week, 1 for Monday."""
        name: str = self.locale.days["format"]["wide"][number - 1]
        return name

    def month_count(self, months: int) -> str:
        """``12`` as 12 months."""
        return self._counted(months, _MONTHS)

    def day_count(self, days: int) -> str:
        """``14`` as 14 days."""
        return self._counted(days, _DAYS)

    def units(self, value: Decimal | int, title: str) -> str:
        """``20`` and ``Points`` as 20 points."""
        if self.language == "zh":
            return f"{self.number(value)} {title}"
        name = title[:1].lower() + title[1:] if title[1:2].islower() else title
        if value == 1 and name.endswith("s"):
            name = name[:-1]
        return f"{self.number(value)} {name}"

    def all_of(self, parts: Iterable[str]) -> str:
        """``A, B and C``."""
        return self._joined(list(parts), " and ", "、")

    def one_of(self, parts: Iterable[str]) -> str:
        """``A, B or C``."""
        return self._joined(list(parts), " or ", "或")

    def _joined(self, parts: Sequence[str], last: str, last_zh: str) -> str:
        comma, last = ("、", last_zh) if self.language == "zh" else (", ", last)
        return last.join([comma.join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    def _counted(self, count: int, noun: Text) -> str:
        name = noun.in_language(self.language)
        if self.language != "zh" and count == 1:
            name = name[:-1]
        return f"{count} {name}"


def title_of(one: object, language: str) -> str:
    """Return the title of a programme, unit, rule, tier, kind or channel in a language."""
    found: str = getattr(one, "title_zh" if language == "zh" else "title_en")
    return found


def named(key: str, names: Mapping[str, str]) -> str:
    """Return the title of a key; one that is gone is called by its key."""
    return names.get(key, key)
