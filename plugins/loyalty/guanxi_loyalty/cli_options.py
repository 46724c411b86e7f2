"""What commands share: the options that say which programme and unit, instants, JSON."""

import json
from datetime import UTC, datetime
from typing import Any

import click

as_json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
programme_option = click.option("--programme", required=True, help="The key of the programme.")
unit_option = click.option("--unit", default="points", show_default=True, help="Which unit.")
key_option = click.option(
    "--key", required=True, help="Makes it happen once, such as a ticket's number."
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Only tell what it would do.")
ISO = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"])


def aware(instant: datetime) -> datetime:
    """Return an instant as it was typed; without an offset it is in UTC."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def write_json(value: Any) -> None:
    """Write a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
