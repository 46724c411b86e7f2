"""Which customers a list is about, as parameters of a query; attributes have names of their own."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from marshmallow import INCLUDE, Schema, fields, validate

from guanxi.attributes.conditions import OPERATORS
from guanxi.errors import Invalid

_OPERATORS: Final = sorted({name for names in OPERATORS.values() for name in names})


class ConditionsSchema(Schema):
    """Which customers are wanted, in which order, with which attributes."""

    class Meta:
        """Conditions have names of their own, see ``refuse_unknown``."""

        unknown = INCLUDE

    q = fields.String(
        validate=validate.Length(max=200),
        metadata={"description": "A search, as in the search of the web."},
    )
    sort = fields.String(
        validate=validate.Length(max=120),
        metadata={
            "description": "An attribute; - before it: falling. Without one by name, "
            "and where q searches the newest first."
        },
    )
    ids = fields.String(
        validate=validate.Length(max=40_000),
        metadata={"description": "Only these customers, separated by commas."},
    )
    columns = fields.String(
        validate=validate.Length(max=2000),
        metadata={"description": "Attributes to be added to each item, separated by commas."},
    )


CONDITIONS: Final[Mapping[str, Any]] = {
    "in": "query",
    "name": "conditions",
    "required": False,
    "style": "form",
    "explode": True,
    "description": (
        "Conditions in the form `attribute__operator=value`, all of which must hold, for example "
        "`customers.city__eq=York`. `/api/v1/attributes` tells attributes and operators."
    ),
    "schema": {
        "type": "object",
        "additionalProperties": {"type": "string", "maxLength": 200},
        "propertyNames": {"pattern": f"^[a-z0-9_.]+__({'|'.join(_OPERATORS)})$"},
        "maxProperties": 20,
    },
}
"""The conditions as one parameter of the document, since their names are not known to it."""


def refuse_unknown(query: Mapping[str, Any], schema: type[Schema]) -> None:
    """Refuse a parameter that is neither declared nor a condition.

    :raises Invalid: with the one that was perhaps meant.
    """
    known = list(schema().fields)
    for name in query:
        if "__" in name or name in known:
            continue
        meant = get_close_matches(name, known, 1)
        if meant:
            raise Invalid(
                "There is no parameter %(name)s here. Do you mean %(meant)s?",
                name=name[:80],
                meant=meant[0],
            )
        raise Invalid("There is no parameter %(name)s here.", name=name[:80])
