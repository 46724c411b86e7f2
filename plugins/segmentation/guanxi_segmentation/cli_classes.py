"""``guanxi segment scheme of|members|treatments|preview``: who is in which class, and would be."""

from datetime import datetime
from typing import Any, Final, TextIO

import click

from guanxi.sdk import command_context, web
from guanxi_segmentation.cli import as_json, find_customer, read_document, write_json
from guanxi_segmentation.cli_members import period
from guanxi_segmentation.cli_options import at, loaded, say_rows
from guanxi_segmentation.cli_schemes import GROUPS as SCHEME_GROUPS
from guanxi_segmentation.cli_schemes import scheme_group
from guanxi_segmentation.schemas.classes import shown_class_member, shown_class_stay
from guanxi_segmentation.schemas.schemes import (
    SchemePreviewDraftSchema,
    class_drafts,
    shown_treatment,
)
from guanxi_segmentation.schemes import domain, history, tiers, treatments
from guanxi_segmentation.schemes.foreseeing import Trial, foresee


@scheme_group.command("of")
@click.argument("customer")
@at
@as_json
def classes_of_customer(customer: str, at: datetime | None, *, as_json: bool) -> None:
    """List the classes that CUSTOMER is in and was in, or those at one instant."""
    with command_context().database.read() as session:
        stays = history.stays_of(session, find_customer(session, customer), at=at)
        found = [shown_class_stay(one) for one in stays]
    say_rows(found, lambda o: f"{o['scheme']}  {o['class']}  {period(o)}", as_json=as_json)


@scheme_group.command("members")
@click.argument("key")
@click.argument("class_key", metavar="CLASS")
@at
@as_json
def class_members(key: str, class_key: str, at: datetime | None, *, as_json: bool) -> None:
    """List who is in a class, or was at an instant."""
    with command_context().database.snapshot() as session:
        scheme = domain.get_scheme(session, key)
        member = treatments.get_class(session, scheme, class_key, archived=True)
        rows = history.members(session, member, at=at, after=None, limit=None)
        found = [shown_class_member(one) for one in rows]
    say_rows(found, lambda o: f"{o['customer_id']}  {period(o)}", as_json=as_json)


@scheme_group.command("treatments")
@click.argument("key")
@click.argument("class_key", metavar="CLASS")
@as_json
def class_treatments(key: str, class_key: str, *, as_json: bool) -> None:
    """List how a class is treated and was, the latest first."""
    with command_context().database.read() as session:
        member = treatments.get_class(session, domain.get_scheme(session, key), class_key)
        rows = treatments.treatment_history(session, member)
        found = [shown_treatment(one) or {} for one in rows]
    say_rows(found, _treatment, as_json=as_json)


@scheme_group.command("preview")
@click.argument("file", type=click.File("r"))
@as_json
def preview_scheme(file: TextIO, *, as_json: bool) -> None:
    """Say how many customers each class would have by FILE, as the API takes it."""
    values = loaded(SchemePreviewDraftSchema(), read_document(file))
    classes = values["classes"]
    with command_context().database.read() as session:
        scheme = domain.get_scheme(session, values["scheme"]) if values["scheme"] else None
        kind = values["kind"] or (scheme.kind if scheme else "tiers")
        drafts = None if classes is None else class_drafts(classes)
        trial = Trial(kind, scheme, values["options"], drafts)
        found = foresee(session, trial, as_of=web.utc_now())
    limits = {axis: found.limits.get(axis) for axis in tiers.AXES}
    if as_json:
        write_json({"counts": found.counts, **limits, "held_from_now": found.held_from_now})
    elif found.counts is None:
        click.echo("Counting takes too long.")
    else:
        click.echo(" ".join(str(one) for one in found.counts))


GROUPS: Final = SCHEME_GROUPS
"""The groups of commands about schemes, these among them."""


def _treatment(one: dict[str, Any]) -> str:
    told = ", ".join(f"{name}={one[name]}" for name in treatments.FIELDS if one[name])
    until = f"{one['until_at']:%Y-%m-%d %H:%M}" if one["until_at"] else "now"
    return f"{one['from_at']:%Y-%m-%d %H:%M} - {until}  {told}  {one['actor_name']}"
