"""Work in the background: breaks of rhythm, what is usual, the threshold of classes."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text, run_job
from guanxi_scoring.churn.contacting import THRESHOLD, refresh_threshold
from guanxi_scoring.churn.policy import policy_of
from guanxi_scoring.churn.rhythm.refreshing import is_due, rebuild
from guanxi_scoring.churn.rhythm.sweeping import AT_ONCE, sweep
from guanxi_scoring.company import PLUGIN
from guanxi_scoring.life import locking

RHYTHM: Final = "rhythms"


def rhythms(session: Session, now: datetime) -> dict[str, Any]:
    """Find the breaks of which the day has come; first fit what is usual, where that is due."""
    told: dict[str, Any] = {}
    if is_due(session, now=now):
        locking.own_scores(session, locking.RHYTHMS)
        found = rebuild(session, now=now)
        told = {"customers": found.customers, "gaps": found.gaps}
    found_breaks = sweep(session, now=now)
    if found_breaks["broken"] == AT_ONCE:
        run_job(session, PLUGIN, RHYTHM)
    return {**told, **found_breaks}


def threshold(session: Session, now: datetime) -> dict[str, Any]:
    """Work out from which probability on contacting pays for a customer of mean value."""
    found = refresh_threshold(session, policy_of(session), now=now)
    return {"customers": found.known, "contacted": found.contacted, "gain": str(found.gain)}


JOBS: Final = (
    Job(RHYTHM, Text("Rhythms that break", "节奏中断检查"), rhythms, "14 * * * *"),
    Job(THRESHOLD, Text("Threshold of lapse", "流失阈值"), threshold, "27 * * * *"),
)
