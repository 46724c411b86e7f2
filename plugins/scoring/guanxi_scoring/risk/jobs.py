"""Work of risk in the background: what ran out during the day, and everybody at night."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_scoring.risk import standing


def due(session: Session, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- what a job is given
    """Work out anew where those stand of whom a rating, answers or a mitigation ran out."""
    return {"customers": standing.refresh_due(session)}


def everybody(session: Session, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- as above
    """Work out anew where everybody stands, since trade and other attributes changed."""
    return {"changed": standing.refresh(session, None)}


JOBS: Final = (
    Job(
        "risk-due",
        Text("Ratings and mitigations that ran out", "到期的评级与缓释"),
        due,
        "26 * * * *",
    ),
    Job("risk", Text("Risk of everybody", "全部客户的风险"), everybody, "31 2 * * *"),
)
