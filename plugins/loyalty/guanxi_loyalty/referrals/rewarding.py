"""What becomes of a referral: a purchase counts, the return window passes, both are rewarded.

Each step is a conditional UPDATE of the state, and what is earned has a key of the referral, so
that nothing happens twice however often events and jobs come.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, UnitFacts
from guanxi_loyalty.models import Programme, Referral, ReferralCode, ReferralTerms, Unit
from guanxi_loyalty.moments import end_of, local_day
from guanxi_loyalty.referrals.identity import remember, suspicion
from guanxi_loyalty.referrals.registering import NOTHING, Evidence
from guanxi_loyalty.referrals.terms import terms_of

_COUNT = text(
    """
    UPDATE loyalty_referral_codes SET rewarded = rewarded + 1
    WHERE id = :id AND rewarded < coalesce(CAST(:most AS bigint), rewarded + 1) RETURNING id
    """
)


def bought(
    session: Session,
    programme: Programme,
    customer_id: UUID,
    document: str,
    amount: int,
    *,
    at: datetime,
    evidence: Evidence = NOTHING,
) -> Referral | None:
    """Let a purchase count for whoever referred the customer; None if it does not.

    :param document: the touchpoint of the purchase.
    :param amount: what was paid, in minor units of the programme's currency.
    :param at: when; the return window begins on that day in the programme's zone.
    """
    remember(session, customer_id, evidence.fingerprints, now=at)
    terms = terms_of(session, programme)
    if terms is None or amount < terms.min_order:
        return None
    zone = ZoneInfo(programme.time_zone)
    due = end_of(local_day(at, zone) + timedelta(days=terms.window_days), zone)
    return session.scalars(
        update(Referral)
        .where(
            Referral.programme_id == programme.id,
            Referral.referred_id == customer_id,
            Referral.state == "pending",
            Referral.registered_at <= at,
        )
        .values(state="qualified", document=document, qualified_at=at, due_at=due)
        .returning(Referral)
        .execution_options(populate_existing=True)
    ).one_or_none()


def returned(
    session: Session, programme: Programme, document: str, *, now: datetime
) -> Referral | None:
    """Undo what a purchase did that was returned or voided: it waits for another one.

    Where both were rewarded already, what they got is taken back.
    """
    referral = session.scalars(
        select(Referral)
        .where(
            Referral.programme_id == programme.id,
            Referral.document == document,
            Referral.state.in_(("qualified", "rewarded")),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if referral is None:
        return None
    if referral.state == "rewarded":
        _take_back(session, programme, referral, now)
        return referral
    referral.state, referral.document = "pending", None
    referral.qualified_at = referral.due_at = None
    session.flush()
    return referral


def reward_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Reward referrals whose return window has passed; return how many were looked at.

    Call it, a transaction each time, until it returns 0.
    """
    due = session.scalars(
        select(Referral)
        .where(Referral.state == "qualified", Referral.due_at <= now)
        .order_by(Referral.due_at, Referral.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for referral in due:
        _reward(session, referral, now)
    session.flush()
    return len(due)


def _reward(session: Session, referral: Referral, now: datetime) -> None:
    programme = session.get_one(Programme, referral.programme_id)
    terms = session.get_one(ReferralTerms, programme.id)
    cause = suspicion(session, referral.referrer_id, referral.referred_id)
    if cause is None:
        count = {"id": referral.code_id, "most": terms.most}
        cause = None if session.execute(_COUNT, count).first() else "most"
    if cause is not None:
        referral.state, referral.cause = "refused", cause
        return
    unit = _unit(session, programme, terms)
    shares = {
        "referrer": (referral.referrer_id, terms.referrer_points),
        "referred": (referral.referred_id, terms.referred_points),
    }
    given = {}
    for who, (customer_id, points) in sorted(shares.items(), key=lambda one: one[1][0]):
        if points:
            ask = _ask(unit, f"referral:{referral.id}:{who}", referral, now)
            given[who] = ledger.earn(session, ask, customer_id, points).transaction_id
    referral.referrer_posting_id = given.get("referrer")
    referral.referred_posting_id = given.get("referred")
    referral.state, referral.rewarded_at = "rewarded", now


def _take_back(session: Session, programme: Programme, referral: Referral, now: datetime) -> None:
    unit = _unit(session, programme, session.get_one(ReferralTerms, programme.id))
    given = {
        "referrer": (referral.referrer_id, referral.referrer_posting_id),
        "referred": (referral.referred_id, referral.referred_posting_id),
    }
    for who, (customer_id, posting_id) in sorted(given.items(), key=lambda one: one[1][0]):
        if posting_id is not None:
            ask = _ask(unit, f"referral:{referral.id}:{who}:back", referral, now)
            ledger.reverse(session, ask, posting_id, customer_id=customer_id)
    session.execute(
        update(ReferralCode)
        .where(ReferralCode.id == referral.code_id, ReferralCode.rewarded > 0)
        .values(rewarded=ReferralCode.rewarded - 1)
    )
    referral.state = "withdrawn"
    session.flush()


def _ask(unit: UnitFacts, key: str, referral: Referral, now: datetime) -> Ask:
    return Ask(unit, key, now, "referral", document=str(referral.id), actor="loyalty")


def _unit(session: Session, programme: Programme, terms: Any) -> UnitFacts:
    key = session.scalars(select(Unit.key).where(Unit.id == terms.unit_id)).one()
    return ledger.load_unit(session, programme.key, key)
