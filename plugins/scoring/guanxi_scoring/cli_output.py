"""What the commands share: the option ``--json``, and how rows and tables are written."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, customers, settings_of
from guanxi_scoring.texts import N_

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


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows under their titles, each column as wide as it must be."""
    lines = [[*columns], *([written(cell) for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        click.echo("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def written(value: Any) -> str:
    """Write a figure with six digits at most; nothing for what is unknown."""
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def in_words(told: Mapping[str, Any] | None) -> str:
    """Return a stored sentence in English."""
    if not told:
        return ""
    values = {name: _plain(value) for name, value in (told.get("values") or {}).items()}
    return str(told["message"] % values) if values else str(told["message"])


def find_customer(session: Session, word: str) -> UUID:
    """Return the customer of an id, e-mail address, phone number or foreign id.

    :raises NotFound: nobody is known by it.
    """
    region = settings_of(session, "core")["phone_region"]
    found = customers.recognise(session, [word], region=region)[word]
    if found is None:
        raise NotFound(N_("Nobody is known by %(word)s."), word=word[:80])
    return found


def _plain(value: Any) -> str:
    """Return a value of a sentence in English; see ``explaining.wording`` for what there is."""
    if not isinstance(value, Mapping):
        return written(value)
    if "sentence" in value:
        return in_words({"message": value["sentence"], "values": value.get("values")})
    if "share" in value:
        return f"{value['share']:.1%}"
    if "money" in value:
        return f"{value['money']} {value['currency']}"
    if "en" in value:
        return str(value["en"])
    name, found = next(iter(value.items()))
    return f"{written(found)} {name}" if name in ("days", "times") else written(found)
