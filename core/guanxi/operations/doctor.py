"""``guanxi doctor``: is everything as it should be, and if not, what to do."""

import sys
from dataclasses import asdict

import click

from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.operations.checks import run_checks

_MARKS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--quick", is_flag=True, help="Leave out checks that read whole tables.")
@pass_context
def doctor_command(context: CommandContext, *, as_json: bool, quick: bool) -> None:
    """Check the installation; exit status 1 if something is wrong."""
    findings = list(run_checks(context.platform, deep=not quick))
    if as_json:
        click.echo(json.dumps([asdict(f) | {"sentence": str(f)} for f in findings]))
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.level]}  {finding}")
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)
