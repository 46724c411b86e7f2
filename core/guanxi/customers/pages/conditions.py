"""The conditions of a list in words, and adding one to the address of the list."""

from collections.abc import Iterable
from typing import Any, Final

from guanxi.attributes.conditions import OPERATORS, Condition
from guanxi.http.language import current_language
from guanxi.i18n import _, lazy_
from guanxi.plugins.contract import Attribute

WORDS: Final = {
    "eq": lazy_("is"),
    "ne": lazy_("is not"),
    "lt": lazy_("is less than"),
    "lte": lazy_("is at most"),
    "gt": lazy_("is more than"),
    "gte": lazy_("is at least"),
    "contains": lazy_("contains"),
    "starts": lazy_("begins with"),
    "in": lazy_("is one of"),
    "has": lazy_("has"),
    "missing": lazy_("is not known"),
}
"""The operators in the order in which they are offered."""


def argument(key: str, operator: str) -> str:
    """Return the name of a condition's argument in the address."""
    return f"{key}__{operator}"


def in_words(condition: Condition) -> str:
    """Return a condition as a sentence: ``City is York``."""
    attribute = condition.attribute
    title = attribute.title.in_language(current_language())
    if condition.operator == "missing":
        known = condition.value.strip().lower() in ("false", "0")
        return (
            _("%(title)s is known", title=title)
            if known
            else _("%(title)s is not known", title=title)
        )
    return _(
        "%(title)s %(operator)s %(value)s",
        title=title,
        operator=WORDS[condition.operator],
        value=_value(attribute, condition.value),
    )


def offered(attributes: Iterable[Attribute]) -> list[dict[str, Any]]:
    """Return the attributes that a list can be filtered by."""
    language = current_language()
    return [{"key": one.key, "title": one.title.in_language(language)} for one in attributes]


def operator_options(attribute: Attribute | None = None) -> list[tuple[str, str]]:
    """Return operators as options of one list: all, or those that an attribute has."""
    known = WORDS if attribute is None else OPERATORS[attribute.type]
    return [(key, str(WORDS[key])) for key in WORDS if key in known]


def value_options(attribute: Attribute) -> list[tuple[str, str]]:
    """Return the values that an attribute can have with their titles; none where any can be."""
    if attribute.type == "boolean":
        return [("true", _("yes")), ("false", _("no"))]
    language = current_language()
    return [(value, title.in_language(language)) for value, title in attribute.choices]


def _value(attribute: Attribute, text: str) -> str:
    titles = dict(value_options(attribute))
    words = text.split(",") if attribute.type == "choice" else [text]
    return ", ".join(titles.get(word.strip(), word) for word in words)
