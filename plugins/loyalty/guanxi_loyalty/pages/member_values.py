"""What panel, page and the member's own page show alike: what there is, the tier, movements."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_loyalty.ledger import UnitFacts, units_of
from guanxi_loyalty.ledger.holdings import idle_of
from guanxi_loyalty.ledger.reading import Line, standing
from guanxi_loyalty.models import Programme, Unit
from guanxi_loyalty.pages.words import kind_of, last_day, source_of, titled
from guanxi_loyalty.texts import _
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.policy import SCALE
from guanxi_loyalty.tiers.progress import Progress, progress_of

ORDER = ("spendable", "stamps", "qualifying")


def programmes(session: Session) -> Sequence[Programme]:
    """Return all programmes, by key."""
    return session.scalars(select(Programme).order_by(Programme.key)).all()


def units(session: Session, programme: Programme) -> list[tuple[UnitFacts, str]]:
    """Return a programme's units with their titles, what can be spent first."""
    found = session.scalars(select(Unit).where(Unit.programme_id == programme.id))
    titles = {unit.id: titled(unit) for unit in found}
    own = [unit for unit in units_of(session) if unit.id in titles]
    own.sort(key=lambda unit: (ORDER.index(unit.kind), unit.key))
    return [(unit, titles[unit.id]) for unit in own]


def unit_values(
    session: Session, unit: UnitFacts, title: str, customer_id: UUID, *, now: datetime
) -> dict[str, Any]:
    """Return what a member has in one unit, days as the programme's calendar says them."""
    found = standing(session, unit, customer_id, now=now)
    idle = idle_of(session, unit, customer_id)
    return {
        "key": unit.key,
        "kind": unit.kind,
        "title": title,
        "balance": found.balance,
        "pending": found.pending,
        "held": found.held,
        "debt": found.debt,
        "soon": found.soon,
        "next_day": last_day(found.next_end, unit.zone),
        "idle_day": last_day(idle, unit.zone) if idle is not None and idle > now else None,
    }


def tier_values(
    session: Session, programme: Programme, customer_id: UUID, unit_title: str, *, now: datetime
) -> dict[str, Any] | None:
    """Return where a member stands, with amounts in words; None where there are no tiers."""
    book = tiers_of(session, programme)
    if book is None:
        return None
    found = progress_of(session, book, customer_id, now=now)

    def amount(number: int) -> dict[str, Any]:
        return _counted(found, number, programme.currency, unit_title)

    return {
        "title": titled(found.tier),
        "since": found.since,
        "share": found.share,
        "counted": amount(found.counted),
        "next": titled(found.following) if found.following else None,
        "missing": amount(found.missing),
        "until": last_day(found.until, book.zone),
        "kept_until": last_day(found.kept_until, book.zone),
        "to_keep": amount(found.to_keep) if found.to_keep else None,
        "in_grace": found.in_grace,
        "benefits": _benefits(found),
    }


def line_values(line: Line) -> dict[str, Any]:
    """Return one movement."""
    return {
        "id": line.transaction_id,
        "kind": kind_of(line.kind),
        "change": line.change,
        "amount": line.amount,
        "shortfall": line.shortfall,
        "at": line.at,
        "source": source_of(line.source),
        "document": line.document,
        "remark": line.remark,
    }


def _counted(found: Progress, number: int, currency: str, unit_title: str) -> dict[str, Any]:
    if found.basis == "spend":
        return {"money": Decimal(number) / SCALE, "currency": currency, "unit": ""}
    return {"money": None, "number": number, "unit": unit_title}


def _benefits(found: Progress) -> list[str]:
    told = []
    if found.tier.multiplier != 1:
        told.append(_("%(times)s× points", times=f"{found.tier.multiplier.normalize():f}"))
    if found.tier.free_shipping:
        told.append(_("free shipping"))
    return told
