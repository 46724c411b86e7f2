"""Background work of rewards and referrals; each run does a bounded part, and the next one more."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_loyalty.referrals import reward_due
from guanxi_loyalty.rewards import expire_due
from guanxi_loyalty.vouchers.guessing import forget_old

BATCHES: Final = 10


def release(session: Session, now: datetime) -> int:
    """Let reserved rewards go back that nobody fetched; return how many."""
    return _some(expire_due, session, now)


def reward(session: Session, now: datetime) -> int:
    """Reward referrals whose return window has passed; return how many were looked at."""
    return _some(reward_due, session, now)


def forget_guesses(session: Session, now: datetime) -> None:
    """Forget wrong codes that no longer matter."""
    forget_old(session, now=now)


def _some(step: Callable[..., int], session: Session, now: datetime) -> int:
    total = 0
    for _ in range(BATCHES):
        done = step(session, now=now)
        total += done
        if not done:
            break
    return total


JOBS: Final = (
    Job("rewards", Text("Reserved rewards go back", "过期预留奖励退回"), release, "*/15 * * * *"),
    Job("referrals", Text("Reward referrals", "发放推荐奖励"), reward, "*/20 * * * *"),
    Job("guesses", Text("Forget wrong codes", "清除错误码计数"), forget_guesses, "23 * * * *"),
)
