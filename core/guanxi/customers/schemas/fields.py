"""Fields that say no in a sentence: clean text, true or false, a page's length."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from guanxi.customers.domain.text import InvalidText, clean_text
from guanxi.http.paging import DEFAULT_LIMIT, MAX_LIMIT
from guanxi.i18n import _


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


class Flag(fields.Field[bool]):
    """True or false, and not what merely looks like it (1, "yes")."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"type": "boolean"}, **more)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise ValidationError(_("This is true or false."))


class Day(fields.Field[date]):
    """A calendar day in ISO 8601."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"type": "string", "format": "date"}, **more)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError(_("Write the day like 2026-01-31.")) from None


class Limit(fields.Field[int]):
    """How many things one page has, from a query; ``usual`` where it is not said."""

    def __init__(self, usual: int = DEFAULT_LIMIT, most: int = MAX_LIMIT) -> None:
        metadata = {"type": "integer", "minimum": 1, "maximum": most}
        super().__init__(load_default=usual, metadata=metadata)
        self.most = most

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> int:
        if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < 4:
            number = int(value)
            if 1 <= number <= self.most:
                return number
        raise ValidationError(_("A page has 1 to %(limit)s entries.", limit=self.most))


class Cursor(fields.String):
    """Where a page begins: what the page before said as ``next``."""

    def __init__(self) -> None:
        super().__init__(
            validate=validate.Length(min=1, max=1_000),
            metadata={"description": "``next`` of the page before."},
        )


class Object(fields.Field[Mapping[str, Any]]):
    """A JSON object with names of one's own, such as the values of custom fields."""

    def __init__(self, **more: Any) -> None:
        metadata = {"type": "object", "additionalProperties": True}
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        raise ValidationError(_("This is an object: names and their values."))
