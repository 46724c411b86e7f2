"""What scoring adds to Guanxi; each hook is explained in the reference."""

from datetime import datetime

from marshmallow import Schema
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from guanxi.sdk import Permission, Text, hookimpl
from guanxi_scoring.models import Base
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
            "scoring.manage", Text("Fit, enable and change models", "训练、启用和修改模型"), needs
        ),
    ]


@hookimpl
def on_replay_started(session: Session, since: datetime | None) -> None:
    """Everything is worked out from the tables, so there is nothing to forget."""
