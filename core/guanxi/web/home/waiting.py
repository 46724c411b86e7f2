"""What waits for the reader of the home page: a few small counts, each with where to go.

Every count reads at most ``CAP + 1`` rows of a partial index, under the reader's row rule, and
is asked only for what the reader may act on. Nothing is said where there is nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from guanxi.access.principal import Principal
from guanxi.customers.domain.suggestions import count_open
from guanxi.delivery.models import ParkedEvent
from guanxi.i18n import _
from guanxi.messages.models import Message
from guanxi.rewards.models import Reward
from guanxi.touchpoints.domain.assigning import count_hinted
from guanxi.touchpoints.models import PlannedContact
from guanxi.work.domain.tasks import in_sight
from guanxi.work.models import Task

CAP: Final = 99
"""More than this is shown as ``99+``."""
RECENTLY: Final = timedelta(days=7)
"""For how long a message that failed is news."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: how often, what is urgent about it, and where it is dealt with."""

    title: str
    number: str
    url: str
    icon: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom it waits: ``today`` is their own date, ``kinds`` are fulfilled by plugins."""

    session: Session
    principal: Principal
    now: datetime
    today: date
    kinds: tuple[str, ...]


def what_waits(reader: Reader) -> list[Waiting]:
    """Return what waits for somebody, the personal first."""
    return [
        found
        for permission, ask in _PARTS
        if reader.principal.may(permission)
        for found in ask(reader)
    ]


def _tasks(reader: Reader) -> Iterator[Waiting]:
    me = reader.principal.user_id
    if me is None:
        return
    due = (Task.assignee_id == me, Task.done_at.is_(None), Task.due_on <= reader.today)
    query = select(Task.due_on).where(*due, in_sight(me)).order_by(Task.due_on)
    yield from _days(reader, query, _("Tasks due"), "work.my_day", "checklist")


def _plans(reader: Reader) -> Iterator[Waiting]:
    me = reader.principal.user_id
    if me is None:
        return
    plan = PlannedContact
    due = (plan.staff_id == me, plan.state == "planned", plan.due_on <= reader.today)
    query = select(plan.due_on).where(*due).order_by(plan.due_on)
    yield from _days(reader, query, _("Planned contacts"), "touchpoints.list_plans", "calendar-due")


def _days(
    reader: Reader, query: Select[Any], title: str, endpoint: str, icon: str
) -> Iterator[Waiting]:
    days = reader.session.scalars(query.limit(CAP + 1)).all()
    if days:
        late = sum(1 for day in days if day < reader.today)
        hint = _("%(n)s overdue", n=_capped(late)) if late else _("today")
        yield Waiting(title, _capped(len(days)), url_for(endpoint), icon, hint)


def _rewards(reader: Reader) -> Iterator[Waiting]:
    query = (
        select(Reward.id)
        .where(Reward.state == "requested", Reward.kind.not_in(reader.kinds))
        .order_by(Reward.requested_at, Reward.id)
    )
    yield from _some(
        _count(reader, query), _("Rewards to answer"), url_for("rewards.list_waiting"), "gift"
    )


def _unknown_messages(reader: Reader) -> Iterator[Waiting]:
    query = select(Message.id).where(Message.state == "unknown")
    yield from _some(
        _count(reader, query),
        _("Messages to decide about"),
        url_for("messages.list_messages", state="unknown"),
        "help-circle",
        _("nobody knows whether they went out"),
    )


def _failed_messages(reader: Reader) -> Iterator[Waiting]:
    query = select(Message.id).where(
        Message.state == "failed", Message.created_at >= reader.now - RECENTLY
    )
    yield from _some(
        _count(reader, query),
        _("Messages that failed"),
        url_for("messages.list_messages", state="failed"),
        "mail-off",
        _("of the last 7 days"),
    )


def _unassigned(reader: Reader) -> Iterator[Waiting]:
    yield from _some(
        count_hinted(reader.session, CAP + 1),
        _("Touchpoints to assign"),
        url_for("touchpoints.unassigned"),
        "user-question",
        _("with a hint whose they are"),
    )


def _duplicates(reader: Reader) -> Iterator[Waiting]:
    number = count_open(reader.session, CAP + 1)
    yield from _some(number, _("Suggested duplicates"), url_for("customers.duplicates"), "copy")


def _parked(reader: Reader) -> Iterator[Waiting]:
    query = select(ParkedEvent.position).where(ParkedEvent.state == "parked")
    yield from _some(
        _count(reader, query),
        _("Parked events"),
        url_for("health.page"),
        "alert-triangle",
        _("an app could not digest them"),
    )


def _some(
    number: int, title: str, url: str, icon: str, hint: str | None = None
) -> Iterator[Waiting]:
    if number:
        yield Waiting(title, _capped(number), url, icon, hint)


def _count(reader: Reader, query: Select[Any]) -> int:
    return len(reader.session.scalars(query.limit(CAP + 1)).all())


def _capped(number: int) -> str:
    return f"{CAP}+" if number > CAP else str(number)


_PARTS: Final[tuple[tuple[str, Callable[[Reader], Iterator[Waiting]]], ...]] = (
    ("customers.view", _tasks),
    ("touchpoints.view", _plans),
    ("rewards.manage", _rewards),
    ("messages.send", _unknown_messages),
    ("messages.send", _failed_messages),
    ("touchpoints.edit", _unassigned),
    ("customers.merge", _duplicates),
    ("health.view", _parked),
)
"""Who may act on what; in the order of the page."""
