"""From a marshmallow schema to the fields of a form, and from a sent form to values.

Titles and helps come from each field's ``metadata``; what a browser cannot know (required, range,
choices, secret) comes from the schema, so that it is said once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.i18n import Text


@dataclass(frozen=True, slots=True)
class FormField:
    """One control: ``type`` is a name that ``ui.field`` knows."""

    name: str
    title: Text
    help: Text
    type: str
    value: Any
    required: bool = False
    options: list[tuple[str, str]] | None = None
    group: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


def form_fields(schema: Schema, values: Mapping[str, Any]) -> list[FormField]:
    """Return the controls in the order of the schema."""
    return [_form_field(name, f, values.get(name)) for name, f in schema.fields.items()]


def form_values(schema: Schema, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what was sent, as the schema's ``load`` takes it: unticked boxes are False."""
    values: dict[str, Any] = {}
    for name, declared in schema.fields.items():
        if isinstance(declared, fields.Boolean):
            values[name] = form.get(name) == "1"
        elif name in form:
            values[name] = _parse(declared, form[name])
    return values


def _parse(declared: fields.Field[Any], sent: str) -> Any:
    text = sent.strip()
    if isinstance(declared, fields.Integer):
        return int(text) if text.removeprefix("-").isdecimal() and len(text) < 19 else text
    if isinstance(declared, fields.List):
        return [part.strip() for part in text.splitlines() if part.strip()]
    return None if text == "" and declared.allow_none else text


def _form_field(name: str, declared: fields.Field[Any], value: Any) -> FormField:
    about = declared.metadata
    fallback = name.replace("_", " ").capitalize()
    return FormField(
        name=name,
        title=about.get("title", Text(fallback, fallback)),
        help=about.get("help", Text("", "")),
        type=_type(declared),
        value="\n".join(map(str, value)) if isinstance(value, list) else value,
        required=declared.required,
        options=_options(declared),
        group=str(about.get("group", "")),
        attributes=_attributes(declared),
    )


def _type(declared: fields.Field[Any]) -> str:
    if declared.metadata.get("secret"):
        return "password"
    if _options(declared):
        return "select"
    kinds: tuple[tuple[type[fields.Field[Any]], str], ...] = (
        (fields.Boolean, "switch"),
        (fields.Number, "number"),
        (fields.List, "textarea"),
        (fields.Date, "date"),
        (fields.Email, "email"),
        (fields.Url, "url"),
    )
    return next((name for kind, name in kinds if isinstance(declared, kind)), "text")


def _options(declared: fields.Field[Any]) -> list[tuple[str, str]] | None:
    for rule in declared.validators:
        if isinstance(rule, validate.OneOf):
            labels = rule.labels or [str(choice) for choice in rule.choices]
            return [(str(c), str(label)) for c, label in zip(rule.choices, labels, strict=False)]
    return None


def _attributes(declared: fields.Field[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in declared.validators:
        if isinstance(rule, validate.Range):
            found |= {k: v for k, v in (("min", rule.min), ("max", rule.max)) if v is not None}
        elif isinstance(rule, validate.Length) and rule.max is not None:
            found["maxlength"] = rule.max
    return found
