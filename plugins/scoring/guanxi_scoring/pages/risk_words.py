"""Bins, factors and classes in the reader's words, and what forms about risk share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, PreconditionFailed, Refused, attributes_of, web
from guanxi_scoring.explaining import wording
from guanxi_scoring.risk.attributes import CLASS_TITLES
from guanxi_scoring.texts import _

REFUSALS: Final = (Invalid, Conflict, NotFound, PreconditionFailed, Refused)
TONES: Final = {"low": "success", "medium": "warning", "high": "danger", "unknown": "neutral"}


@dataclass(slots=True)
class Errors:
    """What is wrong with a form, by field; ``form`` where no field is named."""

    said: dict[str, str] = field(default_factory=dict)

    def take(self, error: Any) -> int:
        """Note an error at the fields that it names; return its status."""
        named = getattr(error, "fields", None) or {}
        for name, told in named.items():
            self.said[name.removeprefix("options.")] = _flat(told) or web.sentence(error)
        if not named:
            self.said["form"] = web.sentence(error)
        return int(error.status)


def class_title(key: str) -> str:
    """Return the title of a risk class."""
    return str(CLASS_TITLES[key])


def characteristic_title(session: Session, key: str) -> str:
    """Return what a characteristic is called in the reader's language."""
    found = attributes_of(session).get(key)
    return str(found.title) if found is not None else key


def bin_in_words(one: Mapping[str, Any]) -> str:
    """Return which values a bin holds."""
    if one["kind"] == "missing":
        return _("missing")
    if one["kind"] == "interval":
        return _interval(one["low"], one["high"])
    words = ", ".join(wording.value_in_words(value) for value in one["values"])
    return _("special: %(words)s", words=words) if one["kind"] == "special" else words


def _interval(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return _("all values")
    if low is None:
        return _("below %(value)s", value=wording.number(high or 0))
    if high is None:
        return _("from %(value)s", value=wording.number(low))
    return f"{wording.number(low)} – {wording.number(high)}"


def day_in(text: str | None, name: str) -> date | None:
    """Return a day as a form sends it; None where it is left out.

    :raises Invalid: it is no day.
    """
    if not text or not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        said = _("Write a day such as 2026-01-31.")
        raise Invalid(said, fields={name: [said]}) from None


def _flat(told: Any) -> str:
    if isinstance(told, Mapping):
        return " ".join(filter(None, (_flat(one) for one in told.values())))
    if isinstance(told, list | tuple):
        return " ".join(filter(None, (_flat(one) for one in told)))
    return str(told)
