"""Work in the background: what runs each minute, each night, and when it is asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text, run_job
from guanxi_segmentation import gradual, pipeline, rfm
from guanxi_segmentation.membership import auditing, batches, locking, sweeping
from guanxi_segmentation.rfm.scoring import is_new_day


def sweep(session: Session, now: datetime) -> dict[str, Any]:
    """Look at whose time has come, and at who waits to be looked at."""
    if batches.is_at_end(session) is not None:
        run_job(session, "segmentation", gradual.GO_ON)  # it may have been killed
    return sweeping.sweep(
        session,
        as_of=now,
        refresh=pipeline.refresh,
        follow=pipeline.follow,
        recheck=pipeline.recheck,
    )


def build(session: Session, now: datetime) -> dict[str, Any]:
    """Work out segments that are new or were edited."""
    return gradual.build(session, as_of=now, job="build")


def rebuild(session: Session, now: datetime) -> dict[str, Any]:
    """Work out everything for everybody."""
    return gradual.rebuild(session, as_of=now, job="rebuild")


def go_on(session: Session, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- its instant stands
    """Take the next step of a rebuild of very many customers."""
    return gradual.go_on(session)


def new_day(session: Session, now: datetime) -> dict[str, Any]:
    """Work everything out again where the company's day has changed: recency counts days."""
    if not is_new_day(session, as_of=now):
        return {}
    return gradual.rebuild(session, as_of=now, cause="time", job="new_day")


def recut(session: Session, now: datetime) -> dict[str, Any]:
    """Cut the break points of RFM anew, and work out everything that follows from them."""
    locking.own_evaluation(session)
    cause = rfm.is_due(session, as_of=now) or "asked"
    found = rfm.cut(session, as_of=now, cause=cause)
    told = gradual.rebuild(session, as_of=now, job="rebuild")
    return {"version": found.version if found else None, **told}


def audit(session: Session, now: datetime) -> dict[str, Any]:
    """Compare what is stored with a full evaluation, and mend what differs."""
    found = auditing.audit(session, as_of=now)
    return {"customers": found.customers, "drift": found.drift, "segments": found.detail}


JOBS = (
    Job("sweep", Text("Windows that run out", "时间窗口到期"), sweep, "* * * * *"),
    Job("build", Text("Build new segments", "构建新细分"), build),
    Job("rebuild", Text("Work everything out again", "全部重新计算"), rebuild),
    Job(gradual.GO_ON, Text("Go on with a rebuild", "继续重新计算"), go_on),
    Job("new_day", Text("Scores of a new day", "新一天的评分"), new_day, "4 * * * *"),
    Job("recut", Text("Cut the break points of RFM anew", "重新切分 RFM"), recut),
    Job(
        "audit",
        Text("Compare segments with a full evaluation", "核对细分成员"),
        audit,
        "17 2 * * *",
    ),
)
