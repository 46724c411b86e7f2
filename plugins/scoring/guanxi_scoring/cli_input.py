"""What the commands share of what they are given: instants, numbers, JSON documents."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TextIO

import click
from marshmallow import Schema, ValidationError

from guanxi.sdk import Invalid
from guanxi_scoring.texts import N_

LONGEST_FILE: Final = 256 * 1024
DAY: Final = click.DateTime(["%Y-%m-%d"])
TABLE: Final = click.Path(exists=True, dir_okay=False)


def everything(_permission: str) -> bool:
    """Whoever has the command line may do everything."""
    return True


class Instant(click.ParamType[Any]):
    """An instant with its time zone; with ``or_now`` also the word ``now``, which stays one."""

    name = "instant"

    def __init__(self, *, or_now: bool = False) -> None:
        self._or_now = or_now

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the instant."""
        if isinstance(value, datetime) or (self._or_now and value == "now"):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            also = "“now” or " if self._or_now else ""
            self.fail(f"Write {also}an instant such as 2011-12-10T00:00:00Z.", param, ctx)
        return found


class Exact(click.ParamType[Decimal]):
    """A number that keeps every digit; a share also as percent: 0.25 or 25%."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        text = str(value)
        try:
            found = Decimal(text.removesuffix("%"))
        except InvalidOperation:
            self.fail("Write a number such as 12.50.", param, ctx)
        return found / 100 if text.endswith("%") else found


def json_of(file: TextIO) -> dict[str, Any]:
    """Return the JSON object that a file holds.

    :raises Invalid: it holds none, or is too long.
    """
    try:
        text = file.read(LONGEST_FILE + 1)
        found = json.loads(text if len(text) <= LONGEST_FILE else "")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(N_("The file holds no JSON document."))
    return found


def document_of(file: TextIO, schema: Schema) -> dict[str, Any]:
    """Return a document as the API takes it.

    :raises Invalid: it is no JSON, or does not fit.
    """
    try:
        values: dict[str, Any] = schema.load(json_of(file))
    except ValidationError as error:
        faults = str(error.messages)[:500]
        raise Invalid(N_("The file does not fit: %(faults)s"), faults=faults) from None
    return values
