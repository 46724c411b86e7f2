"""What scoring adds to Guanxi; each hook is explained in the reference."""

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
    Importer,
    Job,
    MenuItem,
    Pages,
    Panel,
    Permission,
    Text,
    TimelineEntry,
    hookimpl,
)
from guanxi_scoring import (
    cli,
    cli_board,
    cli_churn,
    cli_explain,
    cli_lake,
    cli_mining,
    cli_products,
    cli_propensity,
    cli_risk_cards,
    cli_scores,
    demo,
    jobs,
    parts,
)
from guanxi_scoring.api import api
from guanxi_scoring.attributes import attributes
from guanxi_scoring.churn import following
from guanxi_scoring.churn import jobs as churn_jobs
from guanxi_scoring.events import EVENTS
from guanxi_scoring.features import jobs as features_jobs
from guanxi_scoring.insight import jobs as insight_jobs
from guanxi_scoring.mining import jobs as mining_jobs
from guanxi_scoring.models import Base
from guanxi_scoring.pages import pages
from guanxi_scoring.pages.card import dashboard_card
from guanxi_scoring.pages.panel import customer_panel
from guanxi_scoring.pages.timeline import timeline_entries
from guanxi_scoring.products import jobs as products_jobs
from guanxi_scoring.reacting import forget, react
from guanxi_scoring.risk import importing
from guanxi_scoring.risk import jobs as risk_jobs
from guanxi_scoring.risk.following import follow_changes
from guanxi_scoring.settings import ScoringSettings


@hookimpl
def register_models() -> MetaData:
    """Bring the tables."""
    return Base.metadata


@hookimpl
def register_settings() -> type[Schema]:
    """Say on what days and engines figures stand."""
    return ScoringSettings


@hookimpl
def register_permissions() -> list[Permission]:
    """Say what a role may be allowed to do."""
    needs = ("customers.view",)
    return [
        Permission(
            "scoring.view", Text("See scores and their reasons", "查看评分及其理由"), needs=needs
        ),
        Permission(
            "scoring.risk", Text("See ratings and credit risk", "查看评级与信用风险"), needs=needs
        ),
        Permission(
            "scoring.assess",
            Text("Record ratings and mitigations, make scorecards", "登记评级与缓释、制作评分卡"),
            needs=(*needs, "scoring.risk"),
        ),
        Permission(
            "scoring.manage", Text("Fit, enable and change models", "训练、启用和修改模型"), needs
        ),
        Permission(
            "scoring.decide",
            Text(
                "Offer products, decide about insights and preferences",
                "推荐产品，确认或否定洞察与偏好",
            ),
            needs,
        ),
    ]


@hookimpl
def register_attributes() -> list[Attribute | AttributeSource]:
    """Offer the scores to lists, rules, exports and other plugins."""
    return attributes()


@hookimpl
def register_events() -> Iterable[type[Event]]:
    """Declare what others are told."""
    return EVENTS


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Declare fits, scores, refits and checks."""
    return (
        *jobs.JOBS,
        *features_jobs.JOBS,
        *churn_jobs.JOBS,
        *products_jobs.JOBS,
        *mining_jobs.JOBS,
        *risk_jobs.JOBS,
        *insight_jobs.JOBS,
    )


@hookimpl
def register_pages() -> Pages:
    """Bring the pages."""
    return pages


@hookimpl
def register_api() -> Api:
    """Bring the operations of the REST API."""
    return api


@hookimpl
def register_commands() -> Iterable[click.Command]:
    """Bring the commands."""
    return (
        *cli.COMMANDS,
        *cli_scores.COMMANDS,
        *cli_explain.COMMANDS,
        *cli_churn.COMMANDS,
        *cli_lake.COMMANDS,
        *cli_products.COMMANDS,
        *cli_mining.COMMANDS,
        *cli_propensity.COMMANDS,
        *cli_risk_cards.COMMANDS,
        *cli_board.COMMANDS,
    )


@hookimpl
def register_importers() -> Iterable[Importer]:
    """Let ratings by agencies come from files."""
    return importing.IMPORTERS


@hookimpl
def register_demo() -> Demo:
    """Fit the models on the demo's year of trade."""
    return Demo(demo.fill)


@hookimpl
def register_menu() -> list[MenuItem]:
    """Stand in the side bar."""
    return [MenuItem(Text("Scores", "评分"), "scoring.index", "scoring.view", "chart-dots", 25)]


@hookimpl
def on_replay_started(session: Session, since: datetime | None) -> None:
    """Everything is worked out from the tables, so there is nothing to forget."""


@hookimpl
def on_customers_changed(session: Session, events: Sequence[Event]) -> None:
    """Work out risk anew where what it rests on changed."""
    follow_changes(session, events)
    following.follow_changes(session, events)


@hookimpl
def on_customers_merged(session: Session, events: Sequence[Event]) -> None:
    """Score whoever became one, or two again."""
    react(session, events)


@hookimpl
def on_customers_erased(session: Session, events: Sequence[Event]) -> None:
    """Remove what is held about customers who are gone."""
    forget(session, events)


@hookimpl
def on_touchpoints_recorded(session: Session, events: Sequence[Event]) -> None:
    """Bring features and scores of the customers up to date."""
    react(session, events)


@hookimpl
def on_touchpoints_corrected(session: Session, events: Sequence[Event]) -> None:
    """Bring features and scores of the customers up to date."""
    react(session, events)


@hookimpl
def slot_customer_panel(session: Session, customer: Customer) -> Panel | None:
    """Show the scores of a customer."""
    return customer_panel(session, customer)


@hookimpl
def slot_dashboard_card(session: Session) -> Panel | None:
    """Show what is expected on the home page."""
    return dashboard_card(session)


@hookimpl
def slot_timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    """Tell on the timeline which thresholds a customer crossed."""
    return timeline_entries(session, customer_id, before, limit)


@hookimpl
def customer_data_export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return all that is predicted of a person."""
    return parts.export(session, customer_id)


@hookimpl
def customer_data_erase(session: Session, customer_id: UUID) -> None:
    """Remove all that is predicted of a person."""
    parts.erase(session, customer_id)


@hookimpl
def customer_data_merge(
    session: Session, kept_id: UUID, merged_id: UUID, now: datetime
) -> dict[str, Any]:
    """Let each part do away with what is about the merged customer."""
    return parts.merge(session, kept_id, merged_id, now=now)


@hookimpl
def customer_data_unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Let each part give back what its merge took."""
    parts.unmerge(session, kept_id, merged_id, undo, now=now)
