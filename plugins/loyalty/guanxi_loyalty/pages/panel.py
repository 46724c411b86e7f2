"""The panel on the page of a customer: what they have, the tier, the last movements."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from guanxi.sdk import Panel, Text, current
from guanxi_loyalty.ledger.reading import statement
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.blueprint import GRANT, VIEW
from guanxi_loyalty.pages.member_values import (
    line_values,
    programmes,
    tier_values,
    unit_values,
    units,
)
from guanxi_loyalty.pages.words import titled

TITLE: Final = Text("Loyalty", "客户忠诚")
LATEST: Final = 3
ORDER: Final = 30


def customer_panel(session: Session, customer: Any, now: datetime) -> Panel | None:
    """Return the panel; None for who may not see it, erased customers, or without programmes."""
    person = current.principal_or_none()
    if customer.erased_at is not None or (person is not None and not person.may(VIEW)):
        return None
    shown = [_values(session, one, customer.id, now) for one in programmes(session)]
    if not shown:
        return None
    may_grant = person is None or person.may(GRANT)
    return Panel(TITLE, "loyalty/panel.html", {"members": shown, "may_grant": may_grant}, ORDER)


def _values(
    session: Session, programme: Programme, customer_id: UUID, now: datetime
) -> dict[str, Any]:
    found = units(session, programme)
    has = [unit_values(session, unit, title, customer_id, now=now) for unit, title in found]
    qualifying = next((one["title"] for one in has if one["kind"] == "qualifying"), "")
    first = found[0][0] if found else None
    lines = statement(session, first, customer_id, limit=LATEST) if first else []
    return {
        "title": titled(programme),
        "units": [one for one in has if one["kind"] != "qualifying"],
        "tier": tier_values(session, programme, customer_id, qualifying, now=now),
        "lines": [line_values(line) for line in lines],
        "urls": {
            name: url_for(
                "loyalty.customer", customer_id=customer_id, programme=programme.key, open=opened
            )
            for name, opened in (("page", None), ("adjust", "adjust"), ("redeem", "redeem"))
        },
    }
