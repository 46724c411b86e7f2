"""Background work of rewards: those whose time has come expire."""

from datetime import datetime
from typing import Final

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.rewards.domain.using import expire_due

ACTOR: Final = Actor("system", "rewards")


def expire(platform: Platform, *, now: datetime | None = None) -> int:
    """Expire what is due, a thousand in a transaction; return how many expired."""
    total, instant = 0, now or utc_now()
    while True:
        with platform.database.write(ACTOR, now=instant) as session:
            expired = expire_due(session, instant)
        total += expired
        if not expired:
            return total
