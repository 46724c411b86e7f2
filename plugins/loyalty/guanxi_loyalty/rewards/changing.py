"""A reward of the catalogue changed afterwards: what it is called and costs, not what it gives."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import record
from guanxi_loyalty.models import CatalogueReward
from guanxi_loyalty.rewards.catalogue import RewardDraft, check_draft
from guanxi_loyalty.versions import lock_version

CHANGEABLE: Final = (
    "title_en", "title_zh", "text_en", "text_zh", "image", "points", "money", "tier_prices", "cost",
    "value", "customer_limit", "keep_days", "surprise", "valid_from", "valid_to",
)  # fmt: skip


def change_reward(
    session: Session,
    reward: CatalogueReward,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None,
    now: datetime,
    by: str,
) -> None:
    """Change a reward, for whoever takes it from now on; what was taken stays as it was.

    :param changes: some of ``CHANGEABLE``. Stock has a command of its own, as members take it.
    :raises Invalid: a price or limit below zero, and the like.
    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, reward, expected_version)
    check_draft(replace(_draft(reward), **changes))
    before = {name: getattr(reward, name) for name in changes}
    for name, value in changes.items():
        setattr(reward, name, value)
    reward.title_zh = reward.title_zh or reward.title_en
    reward.changed_at, reward.changed_by, reward.version = now, by, reward.version + 1
    session.flush()
    after = {name: getattr(reward, name) for name in changes}
    changed = {name for name in changes if before[name] != after[name]}
    record(
        session,
        "loyalty.reward_changed",
        ("loyalty_reward", reward.key),
        before={name: _plain(before[name]) for name in sorted(changed)},
        after={name: _plain(after[name]) for name in sorted(changed)},
    )


def make_endless(
    session: Session, reward: CatalogueReward, *, expected_version: int, now: datetime, by: str
) -> None:
    """Stop counting the stock of a reward: there is always one.

    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, reward, expected_version)
    before, reward.stock = {"stock": reward.stock}, None
    reward.changed_at, reward.changed_by, reward.version = now, by, reward.version + 1
    subject = ("loyalty_reward", reward.key)
    record(
        session, "loyalty.reward_stock_changed", subject, before=before, after={"stock": "endless"}
    )


def _draft(reward: CatalogueReward) -> RewardDraft:
    code_set = "its own" if reward.code_set_id else None
    fixed: dict[str, Any] = {"key": reward.key, "gives": reward.gives, "code_set": code_set}
    return RewardDraft(**fixed, **{name: getattr(reward, name) for name in CHANGEABLE})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
