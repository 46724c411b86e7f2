"""What segmentation adds to Guanxi; each hook is explained in the reference."""

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
    AttributeSource,
    Customer,
    Demo,
    Event,
    Job,
    MenuItem,
    Pages,
    Panel,
    Permission,
    Reading,
    Text,
    TimelineEntry,
    hookimpl,
)
from guanxi_segmentation import (
    cli,
    cli_classes,
    cli_lifecycle,
    cli_members,
    cli_worth,
    demo,
    jobs,
    worth_data,
)
from guanxi_segmentation.api import api
from guanxi_segmentation.attributes_membership import membership_attributes
from guanxi_segmentation.attributes_value import money_attributes, score_attributes
from guanxi_segmentation.events import SegmentEntered, SegmentLeft
from guanxi_segmentation.membership import customer_data
from guanxi_segmentation.models import Base
from guanxi_segmentation.pages import pages
from guanxi_segmentation.pages.card import dashboard_card
from guanxi_segmentation.pages.panel import customer_panel
from guanxi_segmentation.pages.timeline import timeline_entries
from guanxi_segmentation.reacting import AT_ONCE, OWN_EVENTS, forget, react
from guanxi_segmentation.schemes.attributes import class_attributes
from guanxi_segmentation.schemes.events import ClassChanged
from guanxi_segmentation.settings import SegmentationSettings


@hookimpl
def register_models() -> MetaData:
    return Base.metadata


@hookimpl
def register_settings() -> type[Schema]:
    return SegmentationSettings


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            "segmentation.view",
            Text("See segments, RFM, value and classes", "查看细分、RFM、价值和类别"),
            needs=("customers.view",),
        ),
        Permission(
            "segmentation.manage",
            Text("Make and change segments and classes", "创建和修改细分与类别"),
            needs=("customers.view",),
        ),
    ]


@hookimpl
def register_pages() -> Pages:
    return pages


@hookimpl
def register_api() -> Api:
    return api


@hookimpl
def register_commands() -> Iterable[click.Command]:
    commands = (*cli.COMMANDS, *cli_members.COMMANDS, *cli_lifecycle.COMMANDS)
    return (*commands, *cli_worth.GROUPS, *cli_classes.GROUPS)


@hookimpl
def register_menu() -> list[MenuItem]:
    title = Text("Segments and value", "细分与价值")
    return [MenuItem(title, "segmentation.index", "segmentation.view", "users-group", 20)]


@hookimpl
def register_attributes() -> list[Attribute | AttributeSource]:
    return [
        *score_attributes(),
        AttributeSource(money_attributes),
        AttributeSource(class_attributes),
        AttributeSource(membership_attributes),
    ]


@hookimpl
def register_events() -> list[type[Event]]:
    return [SegmentEntered, SegmentLeft, ClassChanged]


@hookimpl
def register_jobs() -> Iterable[Job]:
    return jobs.JOBS


@hookimpl
def register_reading() -> Reading:
    return Reading(batch=AT_ONCE, without=OWN_EVENTS)


@hookimpl
def register_demo() -> Demo:
    return Demo(demo.fill)


@hookimpl
def on_customers_created(session: Session, events: Sequence[Event]) -> None:
    react(session, events)


@hookimpl
def on_customers_changed(session: Session, events: Sequence[Event]) -> None:
    react(session, events)


@hookimpl
def on_customers_merged(session: Session, events: Sequence[Event]) -> None:
    react(session, events)


@hookimpl
def on_customers_erased(session: Session, events: Sequence[Event]) -> None:
    forget(session, events)


@hookimpl
def on_touchpoints_recorded(session: Session, events: Sequence[Event]) -> None:
    react(session, events)


@hookimpl
def on_touchpoints_corrected(session: Session, events: Sequence[Event]) -> None:
    react(session, events)


@hookimpl
def on_rewards_changed(session: Session, events: Sequence[Event]) -> None:
    react(session, events)


@hookimpl
def on_plugin_events(session: Session, events: Sequence[Event]) -> None:
    react(session, events)


@hookimpl
def on_replay_started(session: Session, since: datetime | None) -> None:
    """Everything is worked out from the tables, so there is nothing to forget."""


@hookimpl
def slot_customer_panel(session: Session, customer: Customer) -> Panel | None:
    return customer_panel(session, customer)


@hookimpl
def slot_dashboard_card(session: Session, now: datetime) -> Panel | None:
    return dashboard_card(session, now)


@hookimpl
def slot_timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    return timeline_entries(session, customer_id, before, limit)


@hookimpl
def customer_data_export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    found = (customer_data.export(session, customer_id), worth_data.export(session, customer_id))
    return {key: value for part in found for key, value in (part or {}).items()} or None


@hookimpl
def customer_data_erase(session: Session, customer_id: UUID) -> None:
    customer_data.erase(session, customer_id)
    worth_data.erase(session, customer_id)


@hookimpl
def customer_data_merge(
    session: Session, kept_id: UUID, merged_id: UUID, now: datetime
) -> dict[str, Any]:
    return {
        "membership": customer_data.merge(session, kept_id, merged_id, now=now),
        "worth": worth_data.merge(session, kept_id, merged_id, now=now),
    }


@hookimpl
def customer_data_unmerge(
    session: Session, kept_id: UUID, merged_id: UUID, undo: Mapping[str, Any] | None
) -> None:
    customer_data.unmerge(session, kept_id, merged_id, (undo or {}).get("membership"))
    worth_data.unmerge(session, kept_id, merged_id, (undo or {}).get("worth"))
