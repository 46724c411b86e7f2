"""The reward for answering (答题奖励): asked of the core once for each answer."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from guanxi.sdk import Refused, rewards
from guanxi_surveys.answering.definitions import Asked
from guanxi_surveys.answering.titles import title_of
from guanxi_surveys.answering.touching import SOURCE
from guanxi_surveys.models import Answer


def reward(session: Session, asked: Asked, answer: Answer, *, now: datetime) -> None:
    """Ask for what the survey promises; a plugin that refuses it does not undo the answer."""
    promised = asked.options.get("reward")
    if not promised or answer.customer_id is None:
        return
    amount = promised.get("amount")
    draft = rewards.RewardDraft(
        customer_id=answer.customer_id,
        kind=promised["kind"],
        amount=None if amount is None else Decimal(amount),
        unit=promised.get("unit"),
        reason=title_of(asked, answer.language)[:500],
        source=SOURCE,
        idempotency_key=f"answer:{answer.id}",
    )
    try:
        rewards.request(session, draft, now=now)
    except Refused:
        return
