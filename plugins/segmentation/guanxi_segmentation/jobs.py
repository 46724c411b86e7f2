"""Work in the background: what runs each minute, each night, and when it is asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_segmentation import pipeline, rfm
from guanxi_segmentation.membership import auditing, locking, rebuilding, sweeping
from guanxi_segmentation.rfm.scoring import is_new_day


def sweep(session: Session, now: datetime) -> dict[str, Any]:
    """Look at whose time has come, and at who waits to be looked at."""
    return sweeping.sweep(
        session,
        as_of=now,
        refresh=pipeline.refresh,
        follow=pipeline.follow,
        recheck=pipeline.recheck,
    )


def build(session: Session, now: datetime) -> dict[str, Any]:
    """Work out segments that are new or were edited."""
    found = rebuilding.build(session, as_of=now)
    if found.get("moved"):
        found["moved"] += pipeline.follow(session, None, as_of=now, cause="rule")
    return found


def rebuild(session: Session, now: datetime) -> dict[str, Any]:
    """Work out everything for everybody."""
    return {"moved": pipeline.refresh(session, None, as_of=now)}


def new_day(session: Session, now: datetime) -> dict[str, Any]:
    """Work everything out anew where the company's day has changed: recency counts days."""
    if not is_new_day(session, as_of=now):
        return {}
    return {"moved": pipeline.refresh(session, None, as_of=now, cause="time")}


def recut(session: Session, now: datetime) -> dict[str, Any]:
    """Cut the break points of RFM anew, and work out everything that follows from them."""
    locking.own_evaluation(session)
    cause = rfm.is_due(session, as_of=now) or "asked"
    found = rfm.cut(session, as_of=now, cause=cause)
    moved = pipeline.refresh(session, None, as_of=now)
    return {"version": found.version if found else None, "moved": moved}


def audit(session: Session, now: datetime) -> dict[str, Any]:
    """Compare what is stored with a full evaluation, and mend what differs."""
    found = auditing.audit(session, as_of=now)
    return {"customers": found.customers, "drift": found.drift, "segments": found.detail}


JOBS = (
    Job("sweep", Text("Windows that run out", "时间窗口到期"), sweep, "* * * * *"),
    Job("build", Text("Build new segments", "构建新细分"), build),
    Job("rebuild", Text("Work everything out anew", "全部重新计算"), rebuild),
    Job("new_day", Text("Scores of a new day", "新一天的评分"), new_day, "4 * * * *"),
    Job("recut", Text("Cut the break points of RFM anew", "重新切分 RFM"), recut),
    Job(
        "audit",
        Text("Compare segments with a full evaluation", "核对细分成员"),
        audit,
        "17 2 * * *",
    ),
)
