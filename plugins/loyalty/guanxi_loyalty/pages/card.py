"""The card on the home page: members, points earned and redeemed this month, what runs out."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Panel, Text, current, web
from guanxi_loyalty.ledger.reading import SOON
from guanxi_loyalty.models import Programme, Unit
from guanxi_loyalty.moments import local_day, start_of
from guanxi_loyalty.monthly import movement, running_out
from guanxi_loyalty.overview import member_counts
from guanxi_loyalty.pages.blueprint import VIEW
from guanxi_loyalty.pages.states import programme_state
from guanxi_loyalty.wording import title_of

TITLE: Final = Text("Loyalty", "忠诚计划")
MOST: Final = 3


def dashboard_card(session: Session, now: datetime) -> Panel | None:
    """Return the card; None where there is no programme, or for who may not see it."""
    person = current.principal_or_none()
    if person is not None and not person.may(VIEW):
        return None
    found = session.scalars(select(Programme).order_by(Programme.key).limit(MOST)).all()
    if not found:
        return None
    members = member_counts(session)
    shown = [_shown(session, one, members.get(one.id, 0), now) for one in found]
    return Panel(TITLE, "loyalty/card.html", {"programmes": shown}, 30)


def _shown(session: Session, programme: Programme, members: int, now: datetime) -> dict[str, Any]:
    zone, language = ZoneInfo(programme.time_zone), web.language()
    month = start_of(local_day(now, zone).replace(day=1), zone)
    units = select(Unit).where(Unit.programme_id == programme.id, Unit.kind == "spendable")
    return {
        "title": title_of(programme, language),
        "url": url_for("loyalty.index"),
        "state": programme_state(programme),
        "members": members,
        "units": [
            {
                "title": title_of(unit, language),
                "moved": movement(session, unit.id, month),
                "soon": running_out(session, unit.id, now, now + SOON),
            }
            for unit in session.scalars(units.order_by(Unit.key))
        ],
    }
