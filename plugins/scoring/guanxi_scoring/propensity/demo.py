"""What propensity adds to the demo: the goal “will buy again within 90 days”."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from guanxi.sdk import NotFound
from guanxi_scoring.propensity.managing import GoalDraft, create_goal, get_goal

GOAL: Final = "repurchase_90"


def fill(session: Session, as_of: datetime | None, now: datetime) -> None:
    """Make the goal at the end of the trade, unless it is there; the worker learns it."""
    try:
        get_goal(session, GOAL)
    except NotFound:
        options = {"question": "buy", "within_days": 90, "attributes": ["customers.country"]}
        if as_of is not None:
            options["as_of"] = as_of.isoformat()
        draft = GoalDraft(
            GOAL,
            "Will buy again within 90 days",
            "90 天内再次购买",
            options,
            refit_days=None if as_of is not None else 30,
        )
        create_goal(session, draft, may=lambda _: True, now=now)
