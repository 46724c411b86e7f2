"""What the API gives back about the loyalty index: the number, and each of its parts."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from guanxi_loyalty.index import PARTS, Index, Part
from guanxi_loyalty.texts import _


class LoyaltyIndexPartSchema(Schema):
    """A part from 0 to 100, null where it is unknown; ``counted``: it is a part of the index."""

    key = fields.String(required=True, validate=validate.OneOf(PARTS))
    title = fields.String(required=True)
    score = fields.Decimal(required=True, allow_none=True, as_string=True)
    weight = fields.Integer(required=True)
    counted = fields.Boolean(required=True)
    source = fields.String(required=True)
    text = fields.String(required=True)


class LoyaltyIndexSchema(Schema):
    """The weighted mean of the known parts, null where none is known."""

    value = fields.Decimal(required=True, allow_none=True, as_string=True)
    parts = fields.List(fields.Nested(LoyaltyIndexPartSchema), required=True)


def shown_index(index: Index) -> Mapping[str, Any]:
    """Return the index with its parts in the reader's language."""
    return {"value": index.value, "parts": [shown_part(part) for part in index.parts]}


def shown_part(part: Part) -> Mapping[str, Any]:
    """Return one part in the reader's language."""
    return {
        "key": part.key,
        "title": _(part.title),
        "score": part.score,
        "weight": part.weight,
        "counted": part.counts,
        "source": part.source,
        "text": _(part.text, **part.values),
    }
