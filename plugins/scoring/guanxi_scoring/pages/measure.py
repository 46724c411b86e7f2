"""What a measure of a model is: its title, its sentence, how its number is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from guanxi.sdk import Text
from guanxi_scoring.explaining import wording

Written = Literal["number", "whole", "share", "money", "text", "day"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by its key in ``Version.metrics``.

    :param says: a sentence with ``%(value)s``, and other measures by their keys.
    :param is_told: False: it has no line of its own, as others tell it.
    """

    title: Text
    says: Text
    written: Written = "number"
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Headline:
    """The one sentence about a kind of model; it is said where all that it ``needs`` is known."""

    says: Text
    needs: tuple[str, ...]


def in_words(value: Any, how: Written, currency: str) -> str:
    """Return the number of a measure as the reader's language writes it."""
    if how == "day" and isinstance(value, str):
        return wording.day(date.fromisoformat(value))
    if value is None or isinstance(value, bool | str):
        return wording.value_in_words(value)
    if not isinstance(value, int | float):
        return ""
    if how == "whole":
        return wording.number(round(value))
    if how == "share":
        return wording.share(value)
    return wording.money(value, currency) if how == "money" else wording.number(value)


def words_of(
    metrics: Mapping[str, Any], known: Mapping[str, Measure], currency: str
) -> dict[str, str]:
    """Return the words of all plain measures, by key."""
    usual = Measure(Text("", ""), Text("", ""))
    return {
        name: in_words(value, known.get(name, usual).written, currency)
        for name, value in metrics.items()
        if value is None or isinstance(value, int | float | str)
    }
