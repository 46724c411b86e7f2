"""A page of a customer's timeline as the template shows it: days, titles, icons, short texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from babel.dates import format_time
from flask import url_for
from flask_babel import get_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.http.formats import money
from guanxi.http.language import zone
from guanxi.i18n import _
from guanxi.touchpoints.domain.timeline import Item
from guanxi.touchpoints.models import Touchpoint, TouchpointLine
from guanxi.touchpoints.pages.words import Words, icon_of, staff_names

NAMED_PRODUCTS: Final = 3
SHOWN_NOTE: Final = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is drawn; ``day`` is set on the first of each day."""

    title: str
    at: datetime
    time_text: str
    icon: str
    tone: str
    day: date | None = None
    url: str | None = None
    side: str = ""
    who: str = ""
    details: tuple[str, ...] = ()
    products: str = ""
    note: str = ""
    voided: bool = False


def timeline_rows(
    session: Session, items: Sequence[Item], words: Words, *, after_day: date | None
) -> list[Row]:
    """Return the rows of a page, with two statements for all of them.

    :param after_day: the day with which the page before ended; it gets no second heading.
    """
    touchpoints = [item.touchpoint for item in items if item.touchpoint is not None]
    staff = staff_names(session, [touchpoint.staff_id for touchpoint in touchpoints])
    products = _products(session, touchpoints)
    rows, last_day = [], after_day
    for item in items:
        day = item.at.astimezone(zone()).date()
        heading = day if day != last_day else None
        last_day = day
        if item.touchpoint is None:
            rows.append(_entry_row(item, heading))
        else:
            rows.append(_touchpoint_row(item.touchpoint, heading, words, staff, products))
    return rows


def _entry_row(item: Item, day: date | None) -> Row:
    entry: Any = item.entry
    return Row(
        title=entry.title,
        at=item.at,
        time_text=_clock(item.at),
        icon=entry.icon,
        tone="neutral",
        day=day,
        url=entry.url if entry.url and entry.url.startswith("/") else None,
        note=entry.text[:SHOWN_NOTE],
    )


def _touchpoint_row(
    touchpoint: Touchpoint,
    day: date | None,
    words: Words,
    staff: Mapping[UUID, str],
    products: Mapping[UUID, str],
) -> Row:
    kind = words.of("kind", touchpoint.kind)
    icon, tone = icon_of(touchpoint.kind, touchpoint.direction)
    details = (words.of("channel", touchpoint.channel), words.of("outcome", touchpoint.outcome))
    return Row(
        title=f"{kind} · {touchpoint.subject}" if touchpoint.subject else kind,
        at=touchpoint.occurred_at,
        time_text=_clock(touchpoint.occurred_at),
        icon=icon,
        tone=tone,
        day=day,
        url=url_for("touchpoints.show", touchpoint_id=touchpoint.id),
        side=money(touchpoint.amount, touchpoint.currency),
        who=staff.get(touchpoint.staff_id, "") if touchpoint.staff_id else "",
        details=tuple(detail for detail in details if detail),
        products=products.get(touchpoint.id, ""),
        note=(touchpoint.note or "")[:SHOWN_NOTE],
        voided=touchpoint.state == "voided",
    )


def _clock(at: datetime) -> str:
    return str(format_time(at, "short", tzinfo=zone(), locale=get_locale()))


def _products(session: Session, touchpoints: Sequence[Touchpoint]) -> dict[UUID, str]:
    """Return what was bought in a few words, for those touchpoints that have lines."""
    ids = [touchpoint.id for touchpoint in touchpoints if touchpoint.amount is not None]
    if not ids:
        return {}
    name = func.coalesce(TouchpointLine.description, TouchpointLine.product)
    names = func.array_agg(name.op("ORDER BY")(TouchpointLine.number))
    rows = session.execute(
        select(
            TouchpointLine.touchpoint_id,
            func.count(),
            names.filter(TouchpointLine.number <= NAMED_PRODUCTS),
        )
        .where(TouchpointLine.touchpoint_id.in_(ids))
        .group_by(TouchpointLine.touchpoint_id)
    )
    return {touchpoint_id: _listed(count, found or []) for touchpoint_id, count, found in rows}


def _listed(count: int, names: Sequence[str]) -> str:
    named = ", ".join(names)
    if count <= len(names):
        return named
    return _("%(products)s and %(count)s more", products=named, count=count - len(names))
