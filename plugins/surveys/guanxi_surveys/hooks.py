"""What surveys add to Guanxi; each hook is explained in the reference."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import click
from marshmallow import Schema
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from guanxi.sdk import Api, Pages, Permission, Text, hookimpl
from guanxi_surveys import cli, parts
from guanxi_surveys.api import api
from guanxi_surveys.models import Base
from guanxi_surveys.pages import pages
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
    return (*cli.COMMANDS,)


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
