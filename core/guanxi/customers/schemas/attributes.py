"""The attribute catalogue as the API gives it back."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields

from guanxi.attributes.conditions import OPERATORS
from guanxi.plugins.contract import Attribute


class AttributeChoiceSchema(Schema):
    """A possible value of a choice."""

    value = fields.String()
    title_en = fields.String()
    title_zh = fields.String()


class AttributeSchema(Schema):
    """Something known about each customer. ``operators`` are those of its conditions."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    description_en = fields.String(allow_none=True)
    description_zh = fields.String(allow_none=True)
    type = fields.String()
    unit = fields.String(allow_none=True)
    choices = fields.List(fields.Nested(AttributeChoiceSchema))
    operators = fields.List(fields.String())
    nullable = fields.Boolean()


class AttributesSchema(Schema):
    """All attributes that may be seen."""

    items = fields.List(fields.Nested(AttributeSchema))


def shown_attributes(attributes: Iterable[Attribute]) -> list[dict[str, Any]]:
    """Return attributes as ``AttributeSchema`` describes them."""
    return [_shown(attribute) for attribute in attributes]


def _shown(attribute: Attribute) -> dict[str, Any]:
    told = attribute.description
    return {
        "key": attribute.key,
        "title_en": attribute.title.en,
        "title_zh": attribute.title.zh,
        "description_en": told.en if told else None,
        "description_zh": told.zh if told else None,
        "type": attribute.type,
        "unit": attribute.unit,
        "choices": [
            {"value": value, "title_en": title.en, "title_zh": title.zh}
            for value, title in attribute.choices
        ],
        "operators": OPERATORS[attribute.type],
        "nullable": attribute.nullable,
    }
