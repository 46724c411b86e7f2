"""What surveys add to Guanxi; each hook is explained in the reference."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import click
from marshmallow import Schema
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Api,
    Attribute,
    Demo,
    Event,
    Job,
    MenuItem,
    Pages,
    Panel,
    Permission,
    Text,
    TimelineEntry,
    hookimpl,
)
from guanxi_surveys import cli, cli_answers, cli_results, demo, events, parts
from guanxi_surveys.answering import expiring
from guanxi_surveys.api import api
from guanxi_surveys.attributes import attributes
from guanxi_surveys.figures import counting, reading
from guanxi_surveys.models import Base
from guanxi_surveys.pages import pages
from guanxi_surveys.pages.panel import customer_panel
from guanxi_surveys.pages.timeline import timeline_entries
from guanxi_surveys.settings import SurveySettings


@hookimpl
def register_models() -> MetaData:
    """Bring the tables."""
    return Base.metadata


@hookimpl
def register_settings() -> type[Schema]:
    """Say what holds for all surveys."""
    return SurveySettings


@hookimpl
def register_permissions() -> list[Permission]:
    """Say what a role may be allowed to do."""
    needs = ("customers.view",)
    sees = ("customers.view", "surveys.view")
    return [
        Permission("surveys.view", Text("See surveys and answers", "查看调查与答卷"), needs=needs),
        Permission(
            "surveys.answer", Text("Answer with a customer", "与客户一起填写问卷"), needs=sees
        ),
        Permission(
            "surveys.cases", Text("Answer unhappy customers", "跟进不满意的客户"), needs=sees
        ),
        Permission("surveys.send", Text("Send surveys", "发送调查"), needs=sees),
        Permission(
            "surveys.results",
            Text("See results of everybody", "查看全体客户的结果"),
            needs=sees,
        ),
        Permission(
            "surveys.manage", Text("Build and publish surveys", "制作与发布问卷"), needs=sees
        ),
    ]


@hookimpl
def register_pages() -> Pages:
    """Bring the pages of staff and of who answers."""
    return pages


@hookimpl
def register_api() -> Api:
    """Bring the operations of programs."""
    return api


@hookimpl
def register_commands() -> Iterable[click.Command]:
    """Bring the commands."""
    return (*cli.COMMANDS, *cli_answers.COMMANDS, *cli_results.COMMANDS)


@hookimpl
def register_events() -> Iterable[type[Event]]:
    """Bring our events."""
    return events.EVENTS


@hookimpl
def register_attributes() -> Iterable[Attribute]:
    """Say what is known of each customer."""
    return attributes()


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Bring the work in the background."""
    return (*expiring.JOBS, *counting.JOBS, *reading.JOBS)


@hookimpl
def slot_customer_panel(session: Session, customer: Any, now: datetime) -> Panel | None:
    """Show what a customer said last, and offer to ask them."""
    return customer_panel(session, customer, now)


@hookimpl
def slot_timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    """Tell of answers, and lead to what was said."""
    return timeline_entries(session, customer_id, before, limit)


@hookimpl
def register_demo() -> Demo:
    """Bring a survey to be answered, with answers that are made up."""
    return Demo(demo.fill)


@hookimpl
def register_menu() -> list[MenuItem]:
    """Stand in the side bar."""
    title = Text("Surveys", "客户调查")
    return [MenuItem(title, "surveys.index", "surveys.view", "clipboard-list", 28)]


@hookimpl
def on_replay_started(session: Session, since: datetime | None) -> None:
    """Nothing is forgotten: answers are facts, and each occasion to ask is known by its id."""


@hookimpl
def customer_data_export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Hand out what is held about a customer."""
    return parts.export(session, customer_id)


@hookimpl
def customer_data_erase(session: Session, customer_id: UUID, now: datetime) -> None:  # noqa: ARG001 -- the hook gives it
    """Forget what is held about a customer."""
    parts.erase(session, customer_id)


@hookimpl
def customer_data_merge(
    session: Session, kept_id: UUID, merged_id: UUID, now: datetime
) -> dict[str, Any]:
    """Bring everything to the customer who is kept."""
    return parts.merge(session, kept_id, merged_id, now=now)


@hookimpl
def customer_data_unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Give back what is left of it."""
    parts.unmerge(session, kept_id, merged_id, undo, now=now)
