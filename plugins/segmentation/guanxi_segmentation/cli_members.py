"""``guanxi segment members|movement|of|pins|pin|unpin|include``: who is in a segment, and was."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, TextIO
from zoneinfo import ZoneInfo

import click
from sqlalchemy import or_, select

from guanxi.sdk import Customer, Invalid, command_context, web
from guanxi_segmentation.cli import LONGEST_FILE, as_json, find_customer
from guanxi_segmentation.cli_options import at, say, say_rows
from guanxi_segmentation.company import company
from guanxi_segmentation.membership import pins, segments
from guanxi_segmentation.membership.history import stays_of
from guanxi_segmentation.membership.movement import movement
from guanxi_segmentation.models import Membership
from guanxi_segmentation.schemas.members import shown_listed, shown_pin, shown_stay
from guanxi_segmentation.texts import N_


@click.command("members")
@click.argument("key")
@at
@as_json
def members_command(key: str, at: datetime | None, *, as_json: bool) -> None:
    """List who is in a segment, or was at an instant."""
    when = at or web.utc_now()
    with command_context().database.snapshot() as session:
        rows = session.execute(
            select(Membership, Customer.display_name)
            .join(Customer, Customer.id == Membership.customer_id)
            .where(
                Membership.segment_id == segments.get(session, key).id,
                Membership.entered_at <= when,
                or_(Membership.left_at.is_(None), Membership.left_at > when),
            )
            .order_by(Membership.customer_id)
        )
        found = [{**shown_stay(stay), "name": name} for stay, name in rows]
    say_rows(found, lambda o: f"{o['customer_id']}  {o['name']}", as_json=as_json)


@click.command("movement")
@click.argument("key")
@click.option("--days", type=click.IntRange(1, 731), default=30, show_default=True)
@as_json
def movement_command(key: str, days: int, *, as_json: bool) -> None:
    """Show size, entering and leaving by day, in the company's time zone."""
    names = ("day", "entered", "left", "size")
    with command_context().database.read() as session:
        segment, zone = segments.get(session, key), ZoneInfo(company(session).zone)
        last = web.utc_now().astimezone(zone).date()
        first = last - timedelta(days=days - 1)
        rows = movement(session, segment.id, first=first, last=last, zone=zone)
        found = [{name: getattr(row, name) for name in names} for row in rows]
    say_rows(
        found, lambda o: f"{o['day']}  +{o['entered']}  -{o['left']}  {o['size']}", as_json=as_json
    )


@click.command("of")
@click.argument("customer")
@as_json
def of_command(customer: str, *, as_json: bool) -> None:
    """List the segments that CUSTOMER is in and was in."""
    with command_context().database.read() as session:
        stays = stays_of(session, find_customer(session, customer))
        found = [{**shown_stay(one.membership), "segment": one.segment.key} for one in stays]
    say_rows(found, lambda o: f"{o['segment']}  {period(o)}", as_json=as_json)


@click.command("pins")
@click.argument("key")
@as_json
def pins_command(key: str, *, as_json: bool) -> None:
    """List what was decided by hand about a segment."""
    with command_context().database.read() as session:
        found = [shown_pin(one) for one in pins.pins_of(session, key, limit=pins.LONGEST_LIST)]
    say_rows(
        found,
        lambda o: f"{o['customer_id']}  {'in' if o['included'] else 'out'}  {o['reason'] or ''}",
        as_json=as_json,
    )


@click.command("pin")
@click.argument("key")
@click.argument("customer")
@click.option("--in/--out", "included", default=True, help="Is in the segment, or is not.")
@click.option("--reason")
@as_json
def pin_command(
    key: str, customer: str, *, included: bool, reason: str | None, as_json: bool
) -> None:
    """Decide that CUSTOMER is in a segment or is not, whatever its rule says."""
    with command_context().write() as session:
        found = find_customer(session, customer)
        made = pins.pin(session, key, found, included=included, reason=reason, now=web.utc_now())
        shown = shown_pin(made)
    say(shown, "Saved.", as_json=as_json)


@click.command("unpin")
@click.argument("key")
@click.argument("customer")
@as_json
def unpin_command(key: str, customer: str, *, as_json: bool) -> None:
    """Take a decision about CUSTOMER back, so that the rule counts again."""
    with command_context().write() as session:
        found = find_customer(session, customer)
        gone = pins.unpin(session, key, found, now=web.utc_now())
    sentence = "The rule counts again." if gone else "Nothing was decided by hand."
    say({"customer_id": found, "forgotten": gone}, sentence, as_json=as_json)


@click.command("include")
@click.argument("key")
@click.argument("file", type=click.File("r"))
@click.option("--reason")
@as_json
def include_command(key: str, file: TextIO, reason: str | None, *, as_json: bool) -> None:
    """Take in everybody whom FILE names, one a line; - is stdin. Who is not known is told."""
    text = file.read(LONGEST_FILE * 4 + 1)
    if len(text) > LONGEST_FILE * 4:
        raise Invalid(N_("Give at most %(most)s customers at a time."), most=pins.LONGEST_LIST)
    with command_context().write() as session:
        done = pins.include_listed(
            session, key, text.splitlines(), reason=reason, now=web.utc_now()
        )
    sentence = f"{done.added} taken in, {done.already} were in, {len(done.unknown)} not known."
    say(shown_listed(done), "\n".join((sentence, *done.unknown)), as_json=as_json)


COMMANDS: Final = (
    members_command,
    movement_command,
    of_command,
    pins_command,
    pin_command,
    unpin_command,
    include_command,
)


def period(stay: dict[str, Any]) -> str:
    """Return from when until when a stay lasts, with both causes."""
    entered, left = stay["entered_at"], stay["left_at"]
    began = f"{entered.astimezone(UTC):%Y-%m-%d %H:%M} ({stay['entered_cause']})"
    if left is None:
        return f"{began} -"
    return f"{began} - {left.astimezone(UTC):%Y-%m-%d %H:%M} ({stay['left_cause']})"
