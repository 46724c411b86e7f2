"""Work in the background of products."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_scoring.products.rules import RECOMMEND
from guanxi_scoring.products.standing import refresh_everybody


def recommend(session: Session, now: datetime) -> dict[str, Any]:
    """Work out anew what to offer everybody."""
    return {"customers": refresh_everybody(session, now)}


JOBS: Final = (
    Job(RECOMMEND, Text("Next products of everybody", "全部客户的下一推荐产品"), recommend),
)
