"""One segment: its members now or on a past day, how it changed, its rule and who uses it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from sqlalchemy import select

from guanxi.sdk import Customer, attributes_of, current, customers, web
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.history import count_at, members_at
from guanxi_segmentation.membership.movement import movement
from guanxi_segmentation.membership.usage import uses_of
from guanxi_segmentation.models import Membership, Pin, Segment
from guanxi_segmentation.pages.blueprint import VIEW, pages
from guanxi_segmentation.pages.builder.offers import Offers, titled
from guanxi_segmentation.pages.segment_head import segment_head
from guanxi_segmentation.pages.states import cause_words
from guanxi_segmentation.places import place_of
from guanxi_segmentation.sentences import rule_in_words
from guanxi_segmentation.texts import _

PAGE = 50
SPANS = (30, 90, 365)
"""Days that the history may show."""
NAME = "customers.display_name"


@pages.get("/segments/<key>", permission=VIEW)
def show_segment(key: str) -> str:
    """The members, now or as of the end of a past day."""
    head = segment_head(key, "show_segment")
    day = _past_day(request.args.get("on", ""))
    shown = _members_at(head["segment"], day) if day else _members_now(head["segment"])
    return render_template("segmentation/members.html", **head, **shown, day=day)


@pages.get("/segments/<key>/history", permission=VIEW)
def show_history(key: str) -> str:
    """Size, entering and leaving, day by day."""
    head = segment_head(key, "show_history")
    zone = _zone()
    asked = request.args.get("days", "")
    span = int(asked) if asked in map(str, SPANS) else 90
    today = current.now().astimezone(zone).date()
    days = movement(
        current.session(), head["segment"].id, first=today - timedelta(days=span - 1), last=today,
        zone=zone,
    )  # fmt: skip
    return render_template("segmentation/history.html", **head, days=days, span=span, spans=SPANS)


@pages.get("/segments/<key>/rule", permission=VIEW)
def show_rule(key: str) -> str:
    """What the rule says and said, who uses the segment, where programs find it."""
    head = segment_head(key, "show_rule")
    session, language = current.session(), web.language()
    versions = [
        {
            "version": one.version,
            "at": one.at,
            "by": one.actor_name,
            "sentence": rule_in_words(session, one.rule) if one.rule else _("By hand"),
        }
        for one in segments.rule_versions(session, key)
    ]
    uses = [
        {"title": titled(one, language), "kind": one.kind, "key": one.key}
        for one in uses_of(session, key)
    ]
    return render_template("segmentation/rule.html", **head, versions=versions, uses=uses)


def _members_now(segment: Segment) -> dict[str, Any]:
    session = current.session()
    columns = _columns()
    cursor = request.args.get("after")
    inside = select(Membership.customer_id).where(
        Membership.segment_id == segment.id, Membership.left_at.is_(None)
    )
    page = customers.page(
        session, columns, Customer.id.in_(inside), limit=PAGE,
        after=web.decode_cursor(cursor, 2) if cursor else None,
    )  # fmt: skip
    ids = [row[0] for row in page.rows]
    return {
        "columns": _headings(columns),
        "rows": _rows(segment, columns, page.rows, _stays(segment, ids, None)),
        "total": None,
        **_places(page.next_values),
    }


def _members_at(segment: Segment, day: date) -> dict[str, Any]:
    session = current.session()
    columns = _columns()
    instant = _end_of(day)
    after = place_of(request.args.get("after"))
    ids = list(members_at(session, segment.key, instant, after=after, limit=PAGE + 1))
    more, ids = len(ids) > PAGE, ids[:PAGE]
    page = customers.page(session, columns, Customer.id.in_(ids), limit=PAGE) if ids else None
    return {
        "columns": _headings(columns),
        "rows": _rows(
            segment, columns, page.rows if page else [], _stays(segment, ids, instant)
        ),
        "total": count_at(session, segment.key, instant),
        **_places([str(ids[-1])] if more else None),
    }  # fmt: skip


def _columns() -> list[Any]:
    shown = [one for one in customers.columns(current.session()) if one.key != NAME]
    return [attributes_of(current.session())[NAME], *shown]


def _headings(columns: Sequence[Any]) -> list[dict[str, Any]]:
    language = web.language()
    found: list[dict[str, Any]] = [
        {
            "key": one.key,
            "title": one.title.in_language(language),
            "primary": one.key == NAME,
            "plain": one.key != NAME and one.type != "choices",
            "align": "end" if one.type in ("number", "money") else None,
        }
        for one in columns
    ]
    since = {"key": "since", "title": _("In it since"), "plain": False}
    why = {"key": "why", "title": _("Why"), "hide_title": True, "align": "end"}
    return [found[0], since, *found[1:], why]


def _rows(
    segment: Segment, columns: Sequence[Any], rows: Sequence[Any], stays: dict[UUID, Any]
) -> list[dict[str, Any]]:
    language, causes = web.language(), cause_words()
    pinned = _pinned(segment, [row[0] for row in rows])
    found = []
    for row in rows:
        stay = stays.get(row[0])
        found.append(
            {
                "id": row[0],
                "url": url_for("customers.show", customer_id=row[0]),
                "why_url": url_for("segmentation.why", key=segment.key, customer_id=row[0]),
                "entered_at": stay.entered_at if stay else None,
                "cause": causes.get(stay.entered_cause, "") if stay else "",
                "pinned": row[0] in pinned,
                **customers.cells(columns, row[1:], language),
            }
        )
    return found


def _stays(segment: Segment, ids: list[UUID], at: datetime | None) -> dict[UUID, Membership]:
    """Return the stay of each customer that is open, or was at an instant."""
    found = select(Membership).where(
        Membership.segment_id == segment.id, Membership.customer_id.in_(ids)
    )
    if at is None:
        found = found.where(Membership.left_at.is_(None))
    else:
        still = Membership.left_at.is_(None) | (Membership.left_at > at)
        found = found.where(Membership.entered_at <= at, still)
    return {one.customer_id: one for one in current.session().scalars(found)}


def _pinned(segment: Segment, ids: list[UUID]) -> set[UUID]:
    found = select(Pin.customer_id).where(
        Pin.segment_id == segment.id, Pin.customer_id.in_(ids), Pin.included
    )
    return set(current.session().scalars(found))


def _places(next_values: list[Any] | None) -> dict[str, str | None]:
    """Return the addresses of the next page and of the first one."""
    here: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name != "after"
    }
    key = (request.view_args or {})["key"]

    def url(**more: Any) -> str:
        return url_for("segmentation.show_segment", key=key, **here, **more)

    return {
        "next_url": url(after=web.encode_cursor(next_values)) if next_values else None,
        "first_url": url() if request.args.get("after") else None,
    }


def _past_day(text: str) -> date | None:
    """Return a day before today; None for none, today and days to come."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    today = current.now().astimezone(_zone()).date()
    return day if date(2, 1, 1) < day < today else None


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), _zone())


def _zone() -> ZoneInfo:
    return Offers(current.session()).zone
