"""A code that the core asked for was used: its reward there is redeemed (核销同步).

A code has one reward in the core at most. Taking the use back does not open it again: in the core
a reward that was redeemed stays so, and the code works all the same.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, rewards

_GIVEN: Final = text(
    """
    SELECT f.reward_id FROM loyalty_fulfilments f
    LEFT JOIN loyalty_reward_issues i ON i.id = f.issue_id
    WHERE f.state = 'given' AND (f.code_id = ANY(:codes) OR i.code_id = ANY(:codes))
    ORDER BY f.reward_id
    """
)


def mark_redeemed(session: Session, codes: Sequence[UUID], *, now: datetime) -> None:
    """Tell the core of rewards whose codes were used; once is enough, and again changes nothing."""
    for reward_id in session.execute(_GIVEN, {"codes": list(codes)}).scalars():
        try:
            with session.begin_nested():
                rewards.redeem(session, reward_id, now=now)
        except Conflict:
            """It was redeemed before, or has run out in the core meanwhile."""
