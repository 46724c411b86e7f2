"""The core's settings in both languages, from its marshmallow schema."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.settings.core import CoreSettings
from reference_pages.markdown import shown, table, whole_page

INTRODUCTION = """
What an admin may change while Guanxi runs: in the web under **Settings** (设置), by the API, or
with `guanxi settings set core NAME=VALUE`. A change takes effect at the next request of every
process, is kept in a history, and can be rolled back. A plugin's settings appear in the same
places under the plugin's name. What belongs to the machine (addresses, folders, processes) is
[configuration](configuration.md) instead.
""".strip()

NO_READING = "A secret is stored encrypted; it can be set, but not read back."

MANY = 12
"""More choices than this are not listed."""


def page() -> str:
    """Return the page."""
    rows = [_row(name, field) for name, field in _fields(CoreSettings)]
    titles = ("name", "title", "标题", "default", "allowed", "explanation")
    return whole_page("Settings", INTRODUCTION, table(titles, rows), NO_READING)


def _fields(schema: type[Schema]) -> list[tuple[str, fields.Field[Any]]]:
    return list(schema().fields.items())


def _row(name: str, field: "fields.Field[Any]") -> tuple[str, ...]:
    title, explanation = field.metadata["title"], field.metadata.get("help")
    words = [explanation.en, explanation.zh] if explanation else []
    if field.metadata.get("secret"):
        words.insert(0, "Secret.")
    default = shown(field.load_default)
    return (
        f"`{name}`",
        title.en,
        title.zh,
        default,
        _allowed(field),
        " ".join(dict.fromkeys(filter(None, words))),
    )


def _allowed(field: "fields.Field[Any]") -> str:
    described = [text for rule in field.validators if (text := _rule(rule))]
    if isinstance(field, fields.List):
        described = [text.replace("characters", "entries") for text in described]
    return "; ".join([_kind(field), *described])


def _kind(field: "fields.Field[Any]") -> str:
    kinds = {
        fields.Boolean: "yes or no",
        fields.Integer: "whole number",
        fields.List: "list",
        fields.String: "text",
    }
    return next((word for cls, word in kinds.items() if isinstance(field, cls)), "value")


def _rule(rule: object) -> str:
    match rule:
        case validate.OneOf() if len(list(rule.choices)) > MANY:
            return "one of a known list"
        case validate.OneOf():
            return " ".join(f"`{choice}`" for choice in rule.choices)
        case validate.Range():
            return f"{rule.min} to {rule.max}"
        case validate.Length():
            return f"up to {rule.max} characters"
        case validate.Regexp():
            return f"`{rule.regex.pattern!s}`"
    return ""
