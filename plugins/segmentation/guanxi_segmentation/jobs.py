"""Work in the background: what runs each minute, each night, and when it is asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_segmentation import pipeline
from guanxi_segmentation.membership import auditing, rebuilding, sweeping


def sweep(session: Session, now: datetime) -> dict[str, Any]:
    """Look at whose time has come, and at who waits to be looked at."""
    return sweeping.sweep(session, as_of=now, refresh=pipeline.refresh)


def build(session: Session, now: datetime) -> dict[str, Any]:
    """Work out segments that are new or were edited."""
    return rebuilding.build(session, as_of=now)


def rebuild(session: Session, now: datetime) -> dict[str, Any]:
    """Work out everything for everybody."""
    return {"moved": pipeline.refresh(session, None, as_of=now)}


def audit(session: Session, now: datetime) -> dict[str, Any]:
    """Compare what is stored with a full evaluation, and mend what differs."""
    found = auditing.audit(session, as_of=now)
    return {"customers": found.customers, "drift": found.drift, "segments": found.detail}


JOBS = (
    Job("sweep", Text("Windows that run out", "时间窗口到期"), sweep, "* * * * *"),
    Job("build", Text("Build new segments", "构建新细分"), build),
    Job("rebuild", Text("Work everything out anew", "全部重新计算"), rebuild),
    Job(
        "audit",
        Text("Compare segments with a full evaluation", "核对细分成员"),
        audit,
        "17 2 * * *",
    ),
)
