"""Background work of rewards and referrals; each run does a bounded part, and the next one more."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text, run_job
from guanxi_loyalty.gift_cards.expiring import expire_due as write_off_due
from guanxi_loyalty.referrals import reward_due
from guanxi_loyalty.rewards import expire_due
from guanxi_loyalty.vouchers.batches import JOB, block_unfetched, make_some
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


def write_off_cards(session: Session, now: datetime) -> int:
    """Write off what is left on gift cards that ran out; return how many were looked at."""
    return _some(write_off_due, session, now)


def make_codes(session: Session, now: datetime) -> int:
    """Make a part of the codes that were asked for, and ask for the next run if there are more."""
    made = make_some(session, now=now)
    if made:
        run_job(session, "loyalty", JOB)
    return made


def block_codes(session: Session, now: datetime) -> int:
    """Block codes in bulk that nobody fetched in time; return how many batches."""
    return _some(block_unfetched, session, now)


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
    Job(
        "gift_cards",
        Text("Gift cards that ran out", "礼品卡到期沉淀"),
        write_off_cards,
        "35 * * * *",
    ),
    Job(JOB, Text("Make codes", "生成券码"), make_codes, "*/5 * * * *"),
    Job(
        "unfetched",
        Text("Block codes nobody fetched", "停用无人领取的券码"),
        block_codes,
        "50 3 * * *",
    ),
    Job("guesses", Text("Forget wrong codes", "清除错误码计数"), forget_guesses, "23 * * * *"),
)
