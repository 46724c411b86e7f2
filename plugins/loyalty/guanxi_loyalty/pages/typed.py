"""What was typed in a form: read field by field, with a sentence at each field that is wrong.

What was typed stays as it is, so that the form comes back with it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from flask import request

from guanxi.sdk import Invalid, customers, web
from guanxi_loyalty.texts import _

MOST_TEXT: Final = 200
_MOST_TYPED: Final = 100_000
_LONGEST_NUMBER: Final = 30
_Day = TypeVar("_Day", bound=date)


@dataclass(slots=True)
class Typed:
    """The values of a form by name, those of lists, and what is wrong by name.

    A form that nobody has sent yet is filled with ``values`` and ``lists``.
    """

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, source: Any = None) -> "Typed":
        """Return what was sent, by default in the request's form."""
        found = request.form if source is None else source
        lists = {name: [one[:_MOST_TYPED] for one in found.getlist(name)] for name in found}
        return cls({name: (several or [""])[-1] for name, several in lists.items()}, lists)

    def get(self, name: str) -> str:
        """Return what was typed, without spaces around it."""
        return self.values.get(name, "").strip()

    def wrong(self, name: str, sentence: str) -> None:
        """Note what is wrong at a field; the first thing is told."""
        self.errors.setdefault(name, sentence)

    def complain(self, error: Any, renamed: Mapping[str, str] | None = None) -> None:
        """Note what the domain says, at the field that it names, or else at the form's head.

        :param renamed: fields of the domain that are called otherwise in the form.
        """
        names = error.fields if isinstance(error, Invalid) else {}
        found = [(renamed or {}).get(one, one) for one in names]
        self.wrong(found[0] if found else "form", web.sentence(error))

    def text(self, name: str, *, most: int = MOST_TEXT, lines: bool = False) -> str:
        """Return a text."""
        try:
            return customers.clean_text(self.values.get(name, ""), most, multiline=lines)
        except Invalid as error:
            self.wrong(name, web.sentence(error))
            return ""

    def required(self, name: str, sentence: str) -> str:
        """Return a text that has to be there."""
        found = self.text(name)
        if not found:
            self.wrong(name, sentence)
        return found

    def whole(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number; None where nothing was typed, or no such number."""
        typed = self.get(name)
        if not typed:
            return None
        digits = typed.replace(",", "").replace("\N{FULLWIDTH COMMA}", "")
        if not digits.isascii() or not digits.isdecimal() or len(digits) > _LONGEST_NUMBER:
            self.wrong(name, _("Write a whole number, in digits."))
            return None
        if not least <= int(digits) <= most:
            self.wrong(
                name, _("Write a number from %(least)s to %(most)s.", least=least, most=most)
            )
            return None
        return int(digits)

    def number(self, name: str, *, above_zero: bool = False) -> Decimal | None:
        """Return a decimal number, not below zero; None where nothing or no such was typed."""
        typed = self.get(name)
        if not typed:
            return None
        try:
            found = Decimal(typed.replace(",", ""))
        except InvalidOperation:
            found = Decimal("NaN")
        exponent = found.as_tuple().exponent
        if not typed.isascii() or not found.is_finite() or len(typed) > _LONGEST_NUMBER:
            self.wrong(name, _("Write a number, such as 12.50."))
        elif found < 0 or (above_zero and not found) or found > 10**9 or int(exponent) < -4:
            self.wrong(name, _("Write a number above zero with at most four decimals."))
        else:
            return found
        return None

    def day(self, name: str) -> date | None:
        """Return a day; None where nothing was typed, or no day."""
        typed = self.get(name)
        try:
            found = _of_our_times(date.fromisoformat(typed)) if typed else None
        except ValueError:
            self.wrong(name, _("Write a day as year-month-day, such as 2026-12-31."))
            return None
        return found

    def instant(self, name: str, zone: ZoneInfo) -> datetime | None:
        """Return the instant that a local day and time of day in a zone are."""
        typed = self.get(name)
        try:
            found = _of_our_times(datetime.fromisoformat(typed)) if typed else None
        except ValueError:
            self.wrong(name, _("Write day and time, such as 2026-12-31T18:00."))
            return None
        if found is None or found.tzinfo is not None:
            return found
        return found.replace(tzinfo=zone)

    def choice(self, name: str, options: Collection[str], default: str = "") -> str:
        """Return one of the options; what was left out is the default."""
        typed = self.get(name) or default
        if typed not in options and typed != default:
            self.wrong(name, _("Choose one of the list."))
            return default
        return typed

    def flag(self, name: str) -> bool:
        """Return whether a box was ticked."""
        return bool(self.get(name))

    def several(self, name: str, options: Collection[str]) -> tuple[str, ...]:
        """Return those of the options that were ticked."""
        typed = [one for one in self.lists.get(name, []) if one]
        if any(one not in options for one in typed):
            self.wrong(name, _("Choose of the list."))
        return tuple(dict.fromkeys(one for one in typed if one in options))

    def words(self, name: str, *, most: int = MOST_TEXT) -> list[str]:
        """Return words, one per line or with commas between."""
        text = self.text(name, most=20_000, lines=True)
        for comma in ("\N{FULLWIDTH COMMA}", "\N{IDEOGRAPHIC COMMA}", "\n"):
            text = text.replace(comma, ",")
        found = [one.strip() for one in text.split(",") if one.strip()]
        if any(len(one) > most for one in found):
            self.wrong(name, _("Write one code per line."))
        return found


def plain(number: object) -> str:
    """Return a number as it is typed; nothing for None."""
    if number is None:
        return ""
    return format(number.normalize(), "f") if isinstance(number, Decimal) else str(number)


def local(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return an instant as a field of day and time shows it."""
    return "" if instant is None else instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def key_for(title: str, taken: Iterable[str], otherwise: str) -> str:
    """Return a key made of a title that is not among those taken.

    :param otherwise: what it is where nothing of the title is left.
    """
    latin = customers.in_latin(title)
    words = "".join(one if one.isascii() and one.isalnum() else "_" for one in latin.lower())
    base = "_".join(word for word in words.split("_") if word)[:34].strip("_")
    base = base if base[:1].isalpha() else otherwise
    known = set(taken)
    numbered = (f"{base}_{number}" for number in range(2, len(known) + 3))
    return next(key for key in (base, *numbered) if key not in known)


def _of_our_times(day: _Day) -> _Day:
    if not 1900 <= day.year <= 2200:
        raise ValueError(day)
    return day
