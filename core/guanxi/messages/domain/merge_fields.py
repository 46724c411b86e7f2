"""Merge fields (合并字段) in subjects and bodies: ``{{ customer.name | default("friend") }}``.

A grammar of our own, on purpose far too small to compute anything: what people may edit is never
a Jinja template. Values are put in once and never read as fields again.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from guanxi.i18n import Text
from guanxi.messages.domain.faults import InvalidMessage

FIELDS: Final = {
    "customer.name": Text("The customer's name", "客户姓名"),
    "customer.given_name": Text("The customer's given name", "客户的名"),
    "customer.family_name": Text("The customer's family name", "客户的姓"),
    "customer.salutation": Text("How the customer is addressed", "客户称呼"),
    "company": Text("The company's name", "公司名称"),
    "sender.name": Text("Who writes", "发件人姓名"),
    "unsubscribe_link": Text("The link to unsubscribe (marketing)", "退订链接（营销）"),
}
UNSUBSCRIBE: Final = "unsubscribe_link"
_FIELD: Final = re.compile(
    r"""\s*(?P<name>[a-z_]+(?:\.[a-z_]+)*)\s*
        (?:\|\s*default\(\s*"(?P<default>(?:[^"\\]|\\["\\])*)"\s*\)\s*)?""",
    re.VERBOSE,
)
_TOKEN: Final = re.compile(r"\{\{(?P<inside>.*?)\}\}", re.DOTALL)


class MergeField(NamedTuple):
    """One field of a text; ``default`` stands in where the value is empty."""

    name: str
    default: str | None


class MissingValue(Exception):
    """A field has no value for this customer, and the text names no default."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def parse(text: str, *, field: str) -> list[str | MergeField]:
    """Take ``text`` apart.

    :param field: where the text stands, for the error.
    :raises InvalidMessage: an unknown field, or braces that are none.
    """
    parts: list[str | MergeField] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts += [_plain(text[end : token.start()], field), _merge_field(token["inside"], field)]
        end = token.end()
    parts.append(_plain(text[end:], field))
    return [part for part in parts if part]


def fields_of(text: str, *, field: str) -> set[str]:
    """Return the names of the merge fields in ``text``.

    :raises InvalidMessage: as :func:`parse`.
    """
    return {part.name for part in parse(text, field=field) if isinstance(part, MergeField)}


def fill(text: str, values: Mapping[str, str], *, field: str) -> str:
    """Return ``text`` with the values put in.

    :raises MissingValue: an empty value without a default.
    :raises InvalidMessage: as :func:`parse`.
    """
    return "".join(
        part if isinstance(part, str) else _value(part, values) for part in parse(text, field=field)
    )


def _value(part: MergeField, values: Mapping[str, str]) -> str:
    value = values.get(part.name) or part.default
    if value is None:
        raise MissingValue(part.name)
    return value


def _plain(text: str, field: str) -> str:
    if "{{" in text or "}}" in text or "{%" in text:
        raise InvalidMessage(
            "A merge field is written like {{ customer.name }} or "
            '{{ customer.name | default("…") }}. Close every {{ with }}.',
            field=field,
        )
    return text


def _merge_field(inside: str, field: str) -> MergeField:
    found = _FIELD.fullmatch(inside)
    if found is None or found["name"] not in FIELDS:
        raise InvalidMessage(
            "%(written)s is no merge field. There are: %(offered)s.",
            field=field,
            written="{{" + inside[:60] + "}}",
            offered=", ".join(FIELDS),
        )
    default = found["default"]
    return MergeField(found["name"], None if default is None else re.sub(r"\\(.)", r"\1", default))
