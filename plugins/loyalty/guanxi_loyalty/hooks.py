"""What loyalty adds to Guanxi; each hook is explained in the reference."""

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
    AttributeSource,
    CustomerChanged,
    CustomerCreated,
    Demo,
    Event,
    Job,
    MenuItem,
    Pages,
    Panel,
    Permission,
    RewardKind,
    Text,
    TimelineEntry,
    TouchpointCorrected,
    TouchpointRecorded,
    hookimpl,
    web,
    write_context,
)
from guanxi_loyalty import (
    cli,
    cli_giving,
    cli_points,
    cli_reports,
    demo,
    earning_data,
    earning_jobs,
    jobs,
    ledger_data,
    rewards_data,
    rewards_jobs,
)
from guanxi_loyalty.api import api
from guanxi_loyalty.attributes import member_attributes
from guanxi_loyalty.earning import days, reacting
from guanxi_loyalty.events import TierChanged
from guanxi_loyalty.index.attribute import index_attribute
from guanxi_loyalty.ledger.announcing import ours
from guanxi_loyalty.models import Base
from guanxi_loyalty.pages import pages
from guanxi_loyalty.pages.card import dashboard_card
from guanxi_loyalty.pages.panel import customer_panel
from guanxi_loyalty.pages.timeline import timeline_entries
from guanxi_loyalty.referrals import reacting as referring
from guanxi_loyalty.rewards import fulfilling
from guanxi_loyalty.settings import LoyaltySettings
from guanxi_loyalty.tiers import welcoming
from guanxi_loyalty.tiers.attributes import tier_attributes


@hookimpl
def register_models() -> MetaData:
    """Bring the tables."""
    return Base.metadata


@hookimpl
def register_settings() -> type[Schema]:
    """Say how the loyalty index is made up."""
    return LoyaltySettings


@hookimpl
def register_permissions() -> list[Permission]:
    """Say what a role may be allowed to do."""
    needs = ("customers.view",)
    return [
        Permission("loyalty.view", Text("See points and rewards", "查看积分与奖励"), needs=needs),
        Permission(
            "loyalty.grant", Text("Grant, redeem and reverse points", "发放、兑换和冲正积分"), needs
        ),
        Permission(
            "loyalty.manage", Text("Set up programmes and rules", "设置忠诚计划与规则"), needs
        ),
        Permission(
            "loyalty.reports", Text("See reports of all members", "查看全体会员报表"), needs
        ),
    ]


@hookimpl
def register_pages() -> Pages:
    """Bring the pages of staff and admins."""
    return pages


@hookimpl
def register_menu() -> list[MenuItem]:
    """Bring the entry of the menu."""
    title = Text("Loyalty", "忠诚计划")
    return [MenuItem(title, "loyalty.index", "loyalty.view", "star", 30)]


@hookimpl
def register_api() -> Api:
    """Bring the operations of tills and admins."""
    return api


@hookimpl
def register_attributes() -> list[AttributeSource]:
    """Say what is known of each member."""
    sources = (member_attributes, tier_attributes, index_attribute)
    return [AttributeSource(source) for source in sources]


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Bring the work in the background."""
    return (*jobs.JOBS, *earning_jobs.JOBS, *rewards_jobs.JOBS)


@hookimpl
def register_commands() -> Iterable[click.Command]:
    """Bring ``guanxi loyalty ...``."""
    return (*cli.COMMANDS, *cli_points.COMMANDS, *cli_giving.COMMANDS, *cli_reports.COMMANDS)


@hookimpl
def register_demo() -> Demo:
    """Bring the programme of the demo."""
    return Demo(demo.fill)


@hookimpl
def register_reward_kinds() -> Iterable[RewardKind]:
    """Say which rewards of the core are fulfilled here."""
    return fulfilling.KINDS


@hookimpl
def register_events() -> list[type[Event]]:
    """Bring our events."""
    return [TierChanged]


@hookimpl
def on_touchpoints_recorded(session: Session, events: Sequence[TouchpointRecorded]) -> None:
    """Let members earn."""
    reacting.recorded(session, events)
    referring.react(session, events)


@hookimpl
def on_touchpoints_corrected(session: Session, events: Sequence[TouchpointCorrected]) -> None:
    """Bring the ledger in line with what was corrected."""
    reacting.corrected(session, events)
    referring.react(session, events)


@hookimpl
def on_customers_created(session: Session, events: Sequence[CustomerCreated]) -> None:
    """Look whether profiles are complete."""
    now = write_context(session).now
    days.look_at_profiles(session, _customers(events), now=now)


@hookimpl
def on_customers_changed(session: Session, events: Sequence[CustomerChanged]) -> None:
    """Look whether profiles are complete."""
    now = write_context(session).now
    others = [one for one in events if not ours(one.fields)]
    days.look_at_profiles(session, _customers(others), now=now)


@hookimpl
def on_replay_started(session: Session, since: datetime | None) -> None:
    """Nothing is forgotten: the ledger is append-only, and each occasion is known by its id."""


@hookimpl
def on_rewards_requested(session: Session, events: Sequence[Event]) -> None:
    """Fulfil what is asked for, once."""
    fulfilling.fulfil(session, events)


@hookimpl
def on_rewards_changed(session: Session, events: Sequence[Event]) -> None:
    """Take back what the core took back."""
    fulfilling.follow(session, events)


@hookimpl
def on_plugin_events(session: Session, events: Sequence[Event]) -> None:
    """Give what belongs to a tier that was reached."""
    welcoming.welcome(session, events)


@hookimpl
def slot_customer_panel(session: Session, customer: Any, now: datetime) -> Panel | None:
    """Show what a member has, the tier, and the last movements."""
    return customer_panel(session, customer, now)


@hookimpl
def slot_timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    """Tell what was earned and redeemed, and changes of tier."""
    return timeline_entries(session, customer_id, before, limit)


@hookimpl
def slot_dashboard_card(session: Session, now: datetime) -> Panel | None:
    """Show members and points of this month on the home page."""
    return dashboard_card(session, now)


@hookimpl
def customer_data_export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Hand out what is held about a customer."""
    points = ledger_data.export(session, customer_id, now=web.utc_now())
    rewards = rewards_data.export(session, customer_id)
    earning = earning_data.export(session, customer_id)
    if not (points or rewards or earning):
        return None
    return {"points": points, "rewards": rewards, "earning": earning}


@hookimpl
def customer_data_erase(session: Session, customer_id: UUID, now: datetime) -> None:
    """Write off points, and forget what was written."""
    ledger_data.erase(session, customer_id, now=now)
    rewards_data.erase(session, customer_id)
    earning_data.erase(session, customer_id)


@hookimpl
def customer_data_merge(
    session: Session, kept_id: UUID, merged_id: UUID, now: datetime
) -> dict[str, Any]:
    """Bring everything to the customer who is kept."""
    return {
        "ledger": ledger_data.merge(session, kept_id, merged_id, now=now),
        "rewards": rewards_data.merge(session, kept_id, merged_id),
        "earning": earning_data.merge(session, kept_id, merged_id, now=now),
    }


@hookimpl
def customer_data_unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Give back what is left of it."""
    undo = undo or {}
    ledger_data.unmerge(session, kept_id, merged_id, undo.get("ledger", []), now=now)
    rewards_data.unmerge(session, kept_id, merged_id, undo.get("rewards"))
    earning_data.unmerge(session, kept_id, merged_id, undo.get("earning"), now=now)


def _customers(events: Iterable[Event]) -> set[UUID]:
    return {event.customer_id for event in events if event.customer_id is not None}
