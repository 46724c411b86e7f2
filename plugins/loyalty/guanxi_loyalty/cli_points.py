"""Commands on points: adjust, redeem, transfer, reverse; each once by its key, or as a dry run."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from guanxi.sdk import command_context, web, write_context
from guanxi_loyalty import ledger
from guanxi_loyalty.cli_options import (
    as_json_option,
    dry_run_option,
    key_option,
    programme_option,
    unit_option,
    write_json,
)
from guanxi_loyalty.ledger import Ask, Receipt, load_unit


class _OnlyTold(Exception):
    """Leaves a transaction of which nothing is to stay."""


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of all of them."""
    for option in (as_json_option, dry_run_option, key_option, unit_option, programme_option):
        command = option(command)
    return command


@click.command("adjust")
@click.argument("customer", type=click.UUID)
@click.argument("amount", type=int)
@click.option("--reason", required=True, help="Why; kept with it.")
@click.option("--approved-by", help="The second person, above the programme's limit.")
@_shared
def adjust_command(
    customer: UUID, amount: int, *, reason: str, approved_by: str | None, **options: Any
) -> None:
    """Add points, or take them away where AMOUNT is below zero (after --)."""

    def adjust(session: Session, ask: Ask) -> Receipt:
        return ledger.adjust(session, ask, customer, amount, approved_by=approved_by)

    _do("adjust", adjust, reason=reason, **options)


@click.command("redeem")
@click.argument("customer", type=click.UUID)
@click.argument("amount", type=int)
@_shared
def redeem_command(customer: UUID, amount: int, **options: Any) -> None:
    """Spend a member's points."""
    _do("redeem", lambda session, ask: ledger.redeem(session, ask, customer, amount), **options)


@click.command("transfer")
@click.argument("giver", type=click.UUID)
@click.argument("taker", type=click.UUID)
@click.argument("amount", type=int)
@_shared
def transfer_command(giver: UUID, taker: UUID, amount: int, **options: Any) -> None:
    """Hand points from one member to another."""

    def transfer(session: Session, ask: Ask) -> Receipt:
        return ledger.transfer(session, ask, giver, taker, amount)

    _do("transfer", transfer, **options)


@click.command("reverse")
@click.argument("transaction", type=click.UUID)
@click.option("--amount", type=int, help="How much of it; all that is left by default.")
@_shared
def reverse_command(transaction: UUID, *, amount: int | None, **options: Any) -> None:
    """Take back what was spent or earned; `history --json` has the transactions."""

    def reverse(session: Session, ask: Ask) -> Receipt:
        return ledger.reverse(session, ask, transaction, amount)

    _do("reverse", reverse, **options)


def _do(
    name: str,
    command: Callable[[Session, Ask], Receipt],
    *,
    programme: str,
    unit: str,
    key: str,
    dry_run: bool,
    as_json: bool,
    reason: str | None = None,
) -> None:
    with suppress(_OnlyTold), command_context().write() as session:
        ask = Ask(
            unit=load_unit(session, programme, unit),
            key=f"{name}:{key}",
            now=web.utc_now(),
            source="command",
            actor=write_context(session).actor.name,
            remark=reason,
        )
        receipt = command(session, ask)
        _tell(receipt, dry_run=dry_run, as_json=as_json)
        if dry_run:
            raise _OnlyTold


def _tell(receipt: Receipt, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        told = {**asdict(receipt), "dry_run": dry_run}
        if dry_run and not receipt.replayed:
            told["transaction_id"] = None
        write_json(told)
        return
    if receipt.shortfall:
        click.echo(f"{receipt.shortfall} could not be taken back.")
    if receipt.replayed:
        click.echo("It was done before, under this key.")
    verb = "would be" if dry_run and not receipt.replayed else "is"
    click.echo(f"The balance {verb} {receipt.balance}.")


COMMANDS = (adjust_command, redeem_command, transfer_command, reverse_command)
