"""Work in the background: summaries are built, and follow what time alone changes."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_scoring.features import summaries


def keep(session: Session, now: datetime) -> dict[str, Any]:
    """Build the summaries of purchases where they are not those of the settings."""
    return summaries.keep(session, now)


JOBS: Final = (Job(summaries.REBUILD, Text("Sum up purchases", "汇总购买记录"), keep, "3 * * * *"),)
