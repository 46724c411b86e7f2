"""``guanxi segment scheme|key-account``: how customers are sorted, who is a key account."""

import json
from collections.abc import Callable
from typing import Any, Final, TextIO

import click
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Customer, Invalid, command_context, web
from guanxi_segmentation.cli import as_json, find_customer, read_document, write_json
from guanxi_segmentation.company import company
from guanxi_segmentation.models import KeyAccount, Scheme
from guanxi_segmentation.portrait import key_flag
from guanxi_segmentation.schemas.key_accounts import shown_key_account
from guanxi_segmentation.schemas.schemes import (
    SchemeDraftSchema,
    class_drafts,
    shown_scheme,
    shown_schemes,
    shown_trade,
    shown_treatment,
)
from guanxi_segmentation.schemes import domain, trades, treating, treatments
from guanxi_segmentation.schemes import key_accounts as accounts
from guanxi_segmentation.schemes.drafts import SchemeDraft
from guanxi_segmentation.texts import N_

Change = Callable[..., Any]
WORKER: Final = "The worker sorts customers anew."


def days(ctx: click.Context, param: click.Parameter, value: str | None) -> int | str | None:
    """Return whole days as a number; an empty text, which is none at all, as it is."""
    if not value:
        return value
    number: int = click.INT(value, param, ctx)
    return number


@click.group("scheme")
def scheme_group() -> None:
    """Schemes of classes: who is in which, how each is treated, and what it would be."""


@scheme_group.command("list")
@click.option("--archived", is_flag=True, help="Those in the archive.")
@as_json
def list_schemes(*, archived: bool, as_json: bool) -> None:
    """List the schemes with the sizes of their classes."""
    with command_context().database.read() as session:
        found = shown_schemes(session, domain.list_schemes(session, archived=archived))
    if as_json:
        write_json(found)
        return
    for one in found:
        sizes = " ".join(f"{c['key']}={c['customers']}" for c in one["classes"])
        mark = "*" if one["is_primary"] else " "
        click.echo(f"{mark} {one['key']:<20} {one['kind']:<7} {sizes}")


@scheme_group.command("show")
@click.argument("key")
@as_json
def show_scheme(key: str, *, as_json: bool) -> None:
    """Show a scheme: options, classes, rules, treatments."""
    with command_context().database.read() as session:
        found = shown_scheme(session, domain.get_scheme(session, key))
    if as_json:
        write_json(found)
        return
    click.echo(f"{found['title_en']} / {found['title_zh']} ({key}), {found['kind']}")
    for one in found["classes"]:
        told = {n: v for n, v in (one["treatment"] or {}).items() if n in treatments.FIELDS and v}
        words = ", ".join(f"{name}={text}" for name, text in told.items())
        click.echo(f"  {one['key']:<20} {one['customers']:>9}  {words}")


@scheme_group.command("save")
@click.argument("file", type=click.File("r"))
@as_json
def save_scheme(file: TextIO, *, as_json: bool) -> None:
    """Make a scheme of a JSON document as the API takes it, or change the one with its key."""
    values = _scheme_values(read_document(file))
    with command_context().write() as session:
        present = {
            one.key
            for archived in (False, True)
            for one in domain.list_schemes(session, archived=archived)
        }
        if values["key"] in present:
            made = _changed(session, values)
        else:
            made = domain.create_scheme(session, SchemeDraft(**values), now=web.utc_now())
        key, version = made.key, made.version
    _say({"key": key, "version": version}, f"{key}, version {version}. {WORKER}", as_json=as_json)


@scheme_group.command("treat")
@click.argument("key")
@click.argument("class_key", metavar="CLASS")
@click.option("--service-level")
@click.option("--offer-band")
@click.option("--cadence-days", callback=days)
@click.option("--preferred-channel")
@click.option("--looked-after-by")
@as_json
def treat(key: str, class_key: str, *, as_json: bool, **values: Any) -> None:
    """Treat all customers of a class like this; what is not named stays, empty is nothing."""
    wanted = {n: None if text == "" else text for n, text in values.items() if text is not None}
    with command_context().write() as session:
        _scheme, made = treating.treat(session, key, class_key, wanted, now=web.utc_now())
        shown = shown_treatment(made)
    _say(shown, "Saved; it holds for all customers of the class.", as_json=as_json)


@scheme_group.command("primary")
@click.argument("key")
@as_json
def choose_primary(key: str, *, as_json: bool) -> None:
    """Let the classes of a scheme decide how customers are treated."""
    _change(domain.make_primary, key, as_json=as_json)


@scheme_group.command("archive")
@click.argument("key")
@as_json
def archive_scheme(key: str, *, as_json: bool) -> None:
    """Put a scheme away; its history stays."""
    _change(domain.archive_scheme, key, as_json=as_json)


@scheme_group.command("restore")
@click.argument("key")
@as_json
def restore_scheme(key: str, *, as_json: bool) -> None:
    """Take a scheme out of the archive."""
    _change(domain.restore_scheme, key, as_json=as_json)


@scheme_group.command("templates")
@as_json
def list_templates(*, as_json: bool) -> None:
    """List the ready classifications of trades."""
    found = [shown_trade(one) for one in trades.available()]
    if as_json:
        write_json(found)
        return
    for one in found:
        click.echo(f"{one['name']:<12} {' '.join(one['schemes']):<30} {one['title_en']}")


@scheme_group.command("take")
@click.argument("name")
@as_json
def take_template(name: str, *, as_json: bool) -> None:
    """Make the schemes of a ready classification, and the custom fields that they look at."""
    with command_context().write() as session:
        keys = [one.key for one in trades.import_trade(session, name, now=web.utc_now())]
    _say({"schemes": keys}, f"Made: {', '.join(keys)}. {WORKER}", as_json=as_json)


@click.group("key-account")
def key_account_group() -> None:
    """Key accounts: list, show, decide by hand, forget."""


@key_account_group.command("list")
@as_json
def list_key_accounts(*, as_json: bool) -> None:
    """List all key accounts with the reason."""
    with command_context().database.snapshot() as session:
        found = accounts.source(session, company(session).settings["key_account_by"])
        rows = session.execute(
            select(Customer.id, Customer.display_name, KeyAccount)
            .join(found, found.c.customer_id == Customer.id)
            .outerjoin(KeyAccount, KeyAccount.customer_id == Customer.id)
            .where(found.c.is_key, Customer.merged_into.is_(None), Customer.erased_at.is_(None))
            .order_by(Customer.id)
        ).all()
    if as_json:
        write_json([shown_key_account(row[0], row[2], is_key=True) for row in rows])
        return
    for row in rows:
        by_hand: KeyAccount | None = row[2]
        click.echo(f"{row[0]}  {row[1]}  {by_hand.reason if by_hand else 'by rule'}")


@key_account_group.command("show")
@click.argument("customer")
@as_json
def show_key_account(customer: str, *, as_json: bool) -> None:
    """Say whether CUSTOMER is a key account, and why."""
    with command_context().database.read() as session:
        found = find_customer(session, customer)
        flag = key_flag(session, found, company(session).settings["key_account_by"])
        shown = shown_key_account(found, flag.by_hand, is_key=flag.is_key)
    word = "A key account" if shown["is_key"] else "No key account"
    _say(shown, f"{word}: {shown['reason'] or 'by rule'}", as_json=as_json)


@key_account_group.command("decide")
@click.argument("customer")
@click.option("--is/--is-not", "is_key", default=True, help="Is a key account, or is none.")
@click.option("--reason", required=True)
@as_json
def decide_key_account(customer: str, *, is_key: bool, reason: str, as_json: bool) -> None:
    """Say by hand whether CUSTOMER is a key account; it wins over the rule."""
    with command_context().write() as session:
        found = find_customer(session, customer)
        made = accounts.mark(session, found, is_key=is_key, reason=reason, now=web.utc_now())
        shown = shown_key_account(found, made, is_key=is_key)
    _say(shown, "Saved.", as_json=as_json)


@key_account_group.command("forget")
@click.argument("customer")
@as_json
def forget_key_account(customer: str, *, as_json: bool) -> None:
    """Forget what was said by hand about CUSTOMER; the rule decides again."""
    with command_context().write() as session:
        found = find_customer(session, customer)
        accounts.unmark(session, found)
    _say({"customer_id": found}, "The rule decides again.", as_json=as_json)


GROUPS: Final = (scheme_group, key_account_group)


def _scheme_values(document: Any) -> dict[str, Any]:
    try:
        values: dict[str, Any] = SchemeDraftSchema().load(document)
    except ValidationError as error:
        faults = json.dumps(error.messages, ensure_ascii=False, default=str)[:500]
        raise Invalid(N_("The file is no scheme: %(faults)s"), faults=faults) from None
    return {**values, "classes": class_drafts(values["classes"])}


def _changed(session: Session, values: dict[str, Any]) -> Scheme:
    """Change a scheme to what a file says; of another kind it cannot become."""
    key, kind = values["key"], domain.get_scheme(session, values["key"]).kind
    if values["kind"] != kind:
        raise Conflict(
            N_("The scheme %(key)s is of the kind %(kind)s, which cannot be changed."),
            key=key,
            kind=kind,
        )
    changes = {name: values[name] for name in domain.CHANGEABLE}
    return domain.change_scheme(session, key, changes, now=web.utc_now())


def _change(change: Change, key: str, *, as_json: bool) -> None:
    with command_context().write() as session:
        scheme = change(session, key, now=web.utc_now())
        told = {"key": scheme.key, "state": scheme.state, "is_primary": scheme.is_primary}
    _say(told, f"{key}: done. {WORKER}", as_json=as_json)


def _say(document: Any, sentence: str, *, as_json: bool) -> None:
    if as_json:
        write_json(document)
    else:
        click.echo(sentence)
