"""A reward that was taken goes back (取消): its very lots, stock and count, once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Refused
from guanxi_loyalty import gift_cards, ledger
from guanxi_loyalty.counting import uncount_use
from guanxi_loyalty.ledger import Ask
from guanxi_loyalty.models import CatalogueReward, Programme, RewardIssue
from guanxi_loyalty.rewards.issuing import find_issue, unit_of
from guanxi_loyalty.texts import N_

_PUT_BACK = text(
    "UPDATE loyalty_rewards SET stock = stock + 1 WHERE id = :id AND stock IS NOT NULL"
)
_BLOCK_CODE = text(
    "UPDATE loyalty_codes SET blocked = true WHERE id = :id AND used = 0 RETURNING id"
)
_CARD = text("SELECT id FROM loyalty_gift_cards WHERE id = :id FOR UPDATE")
_TOUCHED = text(
    "SELECT 1 FROM loyalty_gift_activities WHERE card_id = :id AND kind NOT IN ('load', 'block', "
    "'unblock') LIMIT 1"
)


def cancel(session: Session, issue_id: UUID, reason: str, *, now: datetime, by: str) -> RewardIssue:
    """Take back what a member took; doing it again changes nothing.

    :raises NotFound: no such reward was taken.
    :raises Refused: its code or card was used already.
    :raises Conflict: it was not fetched in time and has gone back already.
    """
    return _undo(session, issue_id, "cancelled", reason, now=now, by=by)


def expire_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Let reserved rewards go back that nobody fetched in time; return how many.

    Call it, a transaction each time, until it returns 0; what others work on comes next time.
    """
    due = session.scalars(
        select(RewardIssue.id)
        .where(RewardIssue.state == "reserved", RewardIssue.expires_at <= now)
        .order_by(RewardIssue.customer_id, RewardIssue.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for issue_id in due:
        _undo(session, issue_id, "expired", None, now=now, by="job")
    return len(due)


def _undo(
    session: Session, issue_id: UUID, state: str, reason: str | None, *, now: datetime, by: str
) -> RewardIssue:
    open_ = ("reserved",) if state == "expired" else ("reserved", "redeemed")
    changed = session.scalar(
        update(RewardIssue)
        .where(RewardIssue.id == issue_id, RewardIssue.state.in_(open_))
        .values(state=state, cancelled_at=now, reason=reason)
        .returning(RewardIssue.id)
    )
    issue = find_issue(session, issue_id)
    if changed is None:
        if issue.state != state:
            raise Conflict(N_("This reward has gone back already."))
        return issue
    reward = session.get_one(CatalogueReward, issue.reward_id)
    _take_back(session, issue, reward, now=now, by=by)
    if issue.counted:
        uncount_use(session, reward.id, issue.customer_id)
    if issue.took_stock:
        session.execute(_PUT_BACK, {"id": reward.id})
    return issue


def _take_back(
    session: Session, issue: RewardIssue, reward: CatalogueReward, *, now: datetime, by: str
) -> None:
    programme = session.get_one(Programme, issue.programme_id)
    if issue.transaction_id is not None:
        unit = unit_of(session, programme, reward)
        ask = Ask(unit=unit, key=f"issue:{issue.id}:back", now=now, source="cancel", actor=by)
        ledger.reverse(session, ask, issue.transaction_id, customer_id=issue.customer_id)
    if issue.code_id is not None:
        _block_code(session, issue.code_id)
    if issue.card_id is not None:
        session.execute(_CARD, {"id": issue.card_id})
        if session.execute(_TOUCHED, {"id": issue.card_id}).first() is not None:
            raise Refused(N_("Its gift card was used already."))
        card_ask = gift_cards.CardAsk(programme, f"issue:{issue.id}:back", now, by)
        gift_cards.block(session, card_ask, issue.card_id, "cancelled")


def _block_code(session: Session, code_id: UUID) -> None:
    if session.execute(_BLOCK_CODE, {"id": code_id}).scalar_one_or_none() is None:
        raise Refused(N_("Its code was used already."))
