"""Fields that say no in a sentence: decimals that fit, instants, and those of customers."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from guanxi.clock import storable
from guanxi.customers.schemas.fields import CleanText, Cursor, Flag, Limit
from guanxi.i18n import _

__all__ = ["CleanText", "Cursor", "Flag", "Instant", "Limit", "Number"]

_NUMBER = re.compile("^-?[0-9]{1,14}(\\.[0-9]{1,4})?$")
_LARGEST = 99_999_999_999_999
_LONGEST_INSTANT = 40


class Number(fields.Field[Decimal]):
    """A decimal that NUMERIC(18,4) keeps, as a JSON number or, better, as a string."""

    def __init__(self, **more: Any) -> None:
        metadata = {
            "type": ["string", "number"],
            "pattern": _NUMBER.pattern,
            "minimum": -_LARGEST,
            "maximum": _LARGEST,
            "description": "At most 14 digits before and 4 after the point; send it as a string.",
        }
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Decimal:
        if isinstance(value, str | int | float) and _NUMBER.fullmatch(str(value)):
            return Decimal(str(value))
        raise ValidationError(
            _("Write a number with at most 14 digits before and 4 after the point.")
        )


class Instant(fields.Field[datetime]):
    """An instant in ISO 8601; whether it needs a zone is for the rules to say."""

    def __init__(self, **more: Any) -> None:
        metadata = {"type": "string", "format": "date-time"}
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> datetime:
        try:
            if isinstance(value, str) and "T" in value and len(value) <= _LONGEST_INSTANT:
                return storable(datetime.fromisoformat(value))
        except ValueError:
            pass
        raise ValidationError(_("Write the time like 2026-05-01T10:00:00+02:00."))
