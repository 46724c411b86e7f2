"""What the commands share: the option ``--json``, and how answers and rows are written."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def write_json(value: Any) -> None:
    """Write a value as JSON, whatever else it holds as text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


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


def in_words(told: Mapping[str, Any]) -> str:
    """Return a stored sentence in English."""
    values = told.get("values") or {}
    return str(told["message"] % values) if values else str(told["message"])
