"""Work in the background of mining: weekly, with a fixed seed."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_scoring.mining import preferences, running

MINE: Final = "mine"
PREFER: Final = "prefer"


def mine(session: Session, now: datetime) -> dict[str, Any]:
    """Look for associations, sequences and groups."""
    return running.mine(session, now)


def prefer(session: Session, now: datetime) -> dict[str, Any]:
    """Work out what each customer prefers."""
    return preferences.infer_everybody(session, now)


JOBS: Final = (
    Job(MINE, Text("Look for insights", "数据挖掘：寻找洞察"), mine, "13 4 * * 1"),
    Job(PREFER, Text("Preferences of customers", "推断客户偏好"), prefer, "43 4 * * 1"),
)
