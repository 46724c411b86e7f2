"""What follows a finished answer, in its transaction: others' business, then touchpoint and event.

Of an anonymous answer nothing is written that has an exact time, an order or a person in it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from guanxi_surveys.answering.announcing import announce
from guanxi_surveys.answering.definitions import Asked
from guanxi_surveys.answering.rewarding import reward
from guanxi_surveys.answering.touching import touch
from guanxi_surveys.models import Answer

Follower = Callable[[Session, Answer, datetime], None]

FOLLOWERS: Final[tuple[Follower, ...]] = ()
"""Functions of other parts, ``(session, answer, now)``: read the answer, do not change it.

They are called for anonymous answers, too, whose ids and days must lead to nobody.
"""


def follow(session: Session, asked: Asked, answer: Answer, *, now: datetime) -> None:
    """Do what follows; nothing after a trial."""
    if answer.trial:
        return
    for follower in FOLLOWERS:
        follower(session, answer, now)
    if asked.anonymous:
        return
    if answer.customer_id is not None and answer.channel != "import":
        touch(session, asked, answer, now=now)
        reward(session, asked, answer, now=now)
    announce(session, asked, answer)
