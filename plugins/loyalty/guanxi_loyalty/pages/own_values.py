"""What stands on the member's own page: of that member, in that member's words, nothing else."""

from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from guanxi.sdk import Customer, NotFound, current
from guanxi_loyalty import symbols
from guanxi_loyalty.ledger import UnitFacts
from guanxi_loyalty.ledger.reading import Line, statement
from guanxi_loyalty.models import Programme
from guanxi_loyalty.moments import local_day
from guanxi_loyalty.pages.member_things import (
    cards,
    codes,
    offers,
    referral_values,
    rewards_taken,
)
from guanxi_loyalty.pages.member_values import programmes, tier_values, unit_values, units
from guanxi_loyalty.pages.words import kind_of, last_day, titled
from guanxi_loyalty.texts import N_

LATEST: Final = 8
ROWS: Final = 50


def own_values(session: Session, member: Customer) -> dict[str, Any]:
    """Return the page: of each programme what there is, what is near and what can be taken."""
    shown = [_programme(session, one, member.id) for one in programmes(session)]
    return {"name": member.display_name, "programmes": [one for one in shown if one["units"]]}


def history_values(
    session: Session, programme: Programme, customer_id: UUID, key: str, before: str | None
) -> dict[str, Any]:
    """Return a page of the movements in one unit.

    :raises NotFound: the programme has no such unit.
    """
    found = next((one for one in units(session, programme) if one[0].key == key), None)
    if found is None:
        raise NotFound(N_("There is no such unit."))
    unit, title = found
    lines = list(statement(session, unit, customer_id, before=_place(before), limit=ROWS + 1))
    return {
        "title": title,
        "programme": programme.key,
        "unit": key,
        "lines": [_line(line, unit) for line in lines[:ROWS]],
        "next_before": lines[ROWS - 1].transaction_id if len(lines) > ROWS else None,
    }


def _programme(session: Session, programme: Programme, customer_id: UUID) -> dict[str, Any]:
    now, own = current.now(), units(session, programme)
    has = [unit_values(session, *unit, customer_id, now=now) for unit in own]
    qualifying = next((one["title"] for one in has if one["kind"] == "qualifying"), "")
    spendable = [one for one in has if one["kind"] != "qualifying"]
    first = own[0][0] if own else None
    lines = statement(session, first, customer_id, limit=LATEST) if first else []
    taken = rewards_taken(session, programme, customer_id)
    offered = offers(session, programme, customer_id) if programme.state == "active" else []
    zone = ZoneInfo(programme.time_zone)
    return {
        "key": programme.key,
        "title": titled(programme),
        "currency": programme.currency,
        "units": spendable,
        "tier": tier_values(session, programme, customer_id, qualifying, now=now),
        "offers": offered,
        "waiting": [
            {**one, "last_day": last_day(one["expires_at"], zone)} for one in taken if one["waits"]
        ],
        "codes": [one for one in codes(session, programme, customer_id) if one["usable"]],
        "cards": [one for one in cards(session, programme, customer_id) if one["usable"]],
        "referral": _referral(session, programme, customer_id),
        "history_unit": first.key if first else None,
        "lines": [_line(line, first) for line in lines] if first else [],
    }


def _referral(session: Session, programme: Programme, customer_id: UUID) -> dict[str, Any]:
    found = referral_values(session, programme, customer_id)
    bars = symbols.bars(found["code"]) if found["code"] else None
    return {**found, "bars": bars}


def _line(line: Line, unit: UnitFacts) -> dict[str, Any]:
    """Return one movement, without what staff wrote about it."""
    return {
        "day": local_day(line.at, unit.zone),
        "kind": kind_of(line.kind)["text"],
        "change": line.change,
    }


def _place(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
