"""Work in the background: weeks out of the ordinary each Monday, potentials each day."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_scoring.insight import anomalies, potential

POTENTIAL: Final = "potential"
ANOMALIES: Final = "anomalies"


def find_anomalies(session: Session, now: datetime) -> dict[str, Any]:
    """Look for weeks out of the ordinary."""
    return anomalies.find(session, as_of=now)


def refresh_potential(session: Session, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- scores say as of when
    """Work out everybody's potential anew."""
    return {"changed": potential.refresh(session)}


JOBS: Final = (
    Job(ANOMALIES, Text("Weeks out of the ordinary", "异常周检查"), find_anomalies, "51 3 * * 1"),
    Job(POTENTIAL, Text("Potential of customers", "客户潜在价值"), refresh_potential, "48 4 * * *"),
)
