"""Where one customer stands: classes with treatment, RFM, values, segments, key account.

A few statements by the customer's id; what the values are made of in detail is in ``value.parts``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from guanxi_segmentation import rfm
from guanxi_segmentation.company import company
from guanxi_segmentation.models import (
    ClassStay,
    CustomerValue,
    KeyAccount,
    Membership,
    RfmScore,
    Scheme,
    SchemeClass,
    Segment,
    State,
    Treatment,
)
from guanxi_segmentation.setting_lines import parse_key_account


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's class in one scheme, since when, and how the class is treated."""

    scheme: Scheme
    member: SchemeClass
    since: datetime
    treatment: Treatment | None


@dataclass(frozen=True, slots=True)
class KeyFlag:
    """Whether a customer is a key account (重点客户); ``by_hand`` where somebody decided it."""

    is_key: bool
    by_hand: KeyAccount | None


@dataclass(frozen=True, slots=True)
class Portrait:
    """Everything that a panel shows; ``standings`` begin with the primary scheme."""

    currency: str
    standings: Sequence[Standing]
    segments: Sequence[tuple[Segment, datetime]]
    rfm: RfmScore | None
    value: CustomerValue | None
    key: KeyFlag


def portrait(session: Session, customer_id: UUID) -> Portrait:
    """Return where a customer stands now."""
    now = company(session)
    return Portrait(
        currency=now.currency,
        standings=standings(session, customer_id),
        segments=_segments(session, customer_id),
        rfm=rfm.score_of(session, customer_id),
        value=session.get(CustomerValue, customer_id),
        key=key_flag(session, customer_id, now.settings["key_account_by"]),
    )


def standings(session: Session, customer_id: UUID) -> list[Standing]:
    """Return the customer's class in each active scheme, the primary one first."""
    rows = session.execute(
        select(Scheme, SchemeClass, ClassStay.entered_at, Treatment)
        .join(ClassStay, ClassStay.scheme_id == Scheme.id)
        .join(SchemeClass, SchemeClass.id == ClassStay.class_id)
        .outerjoin(
            Treatment, and_(Treatment.class_id == SchemeClass.id, Treatment.until_at.is_(None))
        )
        .where(
            ClassStay.customer_id == customer_id,
            ClassStay.left_at.is_(None),
            Scheme.state == "active",
        )
        .order_by(Scheme.is_primary.desc(), Scheme.created_at, Scheme.key)
    )
    return [Standing(*row) for row in rows]


def key_flag(session: Session, customer_id: UUID, rule_text: str) -> KeyFlag:
    """Say whether a customer is a key account: by hand, else by the segment or class of the rule.

    :param rule_text: the setting ``key_account_by``.
    """
    by_hand = session.get(KeyAccount, customer_id)
    if by_hand is not None:
        return KeyFlag(by_hand.is_key, by_hand)
    rule = parse_key_account(rule_text)
    if rule.segment is not None:
        fits = select(State.customer_id).where(State.segments.contains([rule.segment]))
        fits = fits.where(State.customer_id == customer_id)
    elif rule.scheme is not None:
        fits = (
            select(ClassStay.customer_id)
            .join(SchemeClass, SchemeClass.id == ClassStay.class_id)
            .join(Scheme, Scheme.id == SchemeClass.scheme_id)
            .where(
                ClassStay.customer_id == customer_id,
                ClassStay.left_at.is_(None),
                Scheme.key == rule.scheme,
                SchemeClass.key == rule.member,
            )
        )
    else:
        return KeyFlag(is_key=False, by_hand=None)
    return KeyFlag(is_key=session.execute(fits).first() is not None, by_hand=None)


def _segments(session: Session, customer_id: UUID) -> list[tuple[Segment, datetime]]:
    rows = session.execute(
        select(Segment, Membership.entered_at)
        .join(Membership, Membership.segment_id == Segment.id)
        .where(
            Membership.customer_id == customer_id,
            Membership.left_at.is_(None),
            Segment.kind.in_(("rule", "static")),
            Segment.state == "active",
        )
        .order_by(Segment.title_en, Segment.key)
    )
    return [(segment, since) for segment, since in rows]
