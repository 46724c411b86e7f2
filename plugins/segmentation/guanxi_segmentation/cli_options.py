"""What several commands take and how they answer: an instant, rows, one sentence or JSON."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from marshmallow import Schema, ValidationError

from guanxi.sdk import Invalid
from guanxi_segmentation.cli import write_json
from guanxi_segmentation.schemas.instants import AsOf
from guanxi_segmentation.texts import N_


def _instant(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        found: datetime = AsOf().deserialize(value)
    except (ValidationError, ValueError, OverflowError):
        raise click.BadParameter("Write an instant as 2026-11-02T09:30:00Z.") from None
    return found


at = click.option("--at", callback=_instant, help="As of an instant: 2026-11-02T09:30:00Z.")


def loaded(schema: Schema, document: Any) -> dict[str, Any]:
    """Return a document of a file as the API would take it.

    :raises Invalid: it does not fit, with what is wrong by field.
    """
    try:
        values: dict[str, Any] = schema.load(document)
    except ValidationError as error:
        faults = str(error.messages)[:500]
        raise Invalid(N_("The file does not fit: %(faults)s"), faults=faults) from None
    return values


def say(document: Any, sentence: str, *, as_json: bool) -> None:
    """Write one answer: a sentence, or the same as JSON."""
    if as_json:
        write_json(document)
    else:
        click.echo(sentence)


def say_rows(
    rows: Sequence[Mapping[str, Any]], line: Callable[[Any], str], *, as_json: bool
) -> None:
    """Write many answers: a line each, or all as one JSON list."""
    if as_json:
        write_json(rows)
        return
    for row in rows:
        click.echo(line(row))
