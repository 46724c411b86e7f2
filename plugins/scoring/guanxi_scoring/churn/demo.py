"""What lapse adds to the demo: costs of a wholesaler's calls, as of the end of the trade."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_scoring.churn.jobs import RHYTHM
from guanxi_scoring.churn.policy import change, policy_of
from guanxi_scoring.company import PLUGIN

_COSTS: Final[dict[str, Any]] = {
    "contact_cost": Decimal(15),
    "wasted_cost": Decimal(5),
    "save_rate": Decimal("0.03"),
    "value_from": "kept",
    "risk_from": "silence",
}
"""A call takes a quarter of an hour; one who would have stayed gets free postage for nothing.
The model of lifetime value finds that hardly anybody left within that year, so silence is asked."""


def fill(session: Session, as_of: datetime | None, now: datetime) -> None:
    """Set the costs once, and have rhythms judged as of the end of the trade."""
    if policy_of(session).version == 0:
        change(session, {**_COSTS, "as_of": as_of}, now=now)
    run_job(session, PLUGIN, RHYTHM)
