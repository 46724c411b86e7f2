"""``guanxi customer``: copies and erasure of a person's data, merges, duplicates."""

from pathlib import Path
from uuid import UUID

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.customers.jobs import find_duplicates
from guanxi.privacy import jobs
from guanxi.privacy.domain.archive import write_archive
from guanxi.privacy.domain.collecting import collect
from guanxi.privacy.domain.requests import make_request
from guanxi.privacy.reapplying import reapply


@click.group("customer")
def customer_group() -> None:
    """Copies and erasure of a person's data, merges, duplicates."""


@customer_group.command("export")
@click.argument("customer_id", type=click.UUID)
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@pass_context
def export_command(context: CommandContext, customer_id: UUID, target: Path) -> None:
    """Write everything that is held about a customer to the archive TARGET."""
    with context.write() as session:
        write_archive(target.absolute(), collect(session, customer_id))
    click.echo(f"{target}: {target.stat().st_size} bytes.")


@customer_group.command("erase")
@click.argument("customer_id", type=click.UUID)
@click.confirmation_option(prompt="Erase everything personal about this customer for ever?")
@pass_context
def erase_command(context: CommandContext, customer_id: UUID) -> None:
    """Erase everything personal about a customer, in the core and in every plugin."""
    now = utc_now()
    with context.write() as session:
        request_id = make_request(
            session, customer_id, "erase", "guanxi customer erase", now=now
        ).id
    if not jobs.run(context.platform, request_id):
        raise click.ClickException("Not erased. The request stays open and says why.")
    click.echo("Erased.")


@customer_group.command("reapply-erasures")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_context
def reapply_command(context: CommandContext, file: Path) -> None:
    """After a restore, erase again whom the journal FILE (erasures.jsonl) names."""
    number = reapply(context.platform, file, context.actor)
    click.echo(f"{number} erased again.")


@customer_group.command("merge")
@click.argument("kept_id", type=click.UUID)
@click.argument("merged_id", type=click.UUID)
@pass_context
def merge_command(context: CommandContext, kept_id: UUID, merged_id: UUID) -> None:
    """Make MERGED_ID part of KEPT_ID; print the merge's id, with which it can be taken back."""
    with context.write() as session:
        click.echo(merge_customers(session, kept_id, merged_id, now=utc_now()).id)


@customer_group.command("unmerge")
@click.argument("merge_id", type=click.UUID)
@pass_context
def unmerge_command(context: CommandContext, merge_id: UUID) -> None:
    """Take a merge back."""
    with context.write() as session:
        unmerge_customers(session, merge_id, now=utc_now())


@customer_group.command("find-duplicates")
@pass_context
def find_duplicates_command(context: CommandContext) -> None:
    """Look now for customers that may be the same, as the nightly job does."""
    find_duplicates(context.platform)
