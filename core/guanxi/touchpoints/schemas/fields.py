"""Fields that say no in a sentence: clean text, decimals that fit, instants, limits."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from guanxi.customers.domain.text import InvalidText, clean_text
from guanxi.http.paging import DEFAULT_LIMIT, MAX_LIMIT
from guanxi.i18n import _

_NUMBER = re.compile("^-?[0-9]{1,14}(\\.[0-9]{1,4})?$")
_LARGEST = 99_999_999_999_999
_LONGEST_INSTANT = 40


class CleanText(fields.String):
    """Text as the database may hold it, at most ``max_length`` characters.

    :param filled: refuse text that is empty once its edges are trimmed.
    """

    def __init__(
        self, max_length: int, *, multiline: bool = False, filled: bool = False, **more: Any
    ) -> None:
        metadata = {"maxLength": max_length, **({"minLength": 1} if filled else {})}
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)
        self.max_length = max_length
        self.multiline = multiline
        self.filled = filled

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        try:
            cleaned = clean_text(text, self.max_length, multiline=self.multiline)
        except InvalidText as error:
            raise ValidationError(_(error.message, **error.params)) from error
        if self.filled and not cleaned:
            raise ValidationError(_("This cannot be empty."))
        return cleaned


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
                return datetime.fromisoformat(value)
        except ValueError:
            pass
        raise ValidationError(_("Write the time like 2026-05-01T10:00:00+02:00."))


class Flag(fields.Field[bool]):
    """True or false, and not what merely looks like it (1, "yes")."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"type": "boolean"}, **more)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise ValidationError(_("This is true or false."))


class Limit(fields.Field[int]):
    """How many things one page has, from a query."""

    def __init__(self) -> None:
        metadata = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
        super().__init__(load_default=DEFAULT_LIMIT, metadata=metadata)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> int:
        if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < 4:
            number = int(value)
            if 1 <= number <= MAX_LIMIT:
                return number
        raise ValidationError(_("A page has 1 to %(limit)s entries.", limit=MAX_LIMIT))
