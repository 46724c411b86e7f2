"""What one member took, got and may take: rewards, codes, gift cards, surprises, referrals."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import current, settings_of, web
from guanxi_loyalty import symbols
from guanxi_loyalty.models import CatalogueReward, Programme, Referral, ReferralCode
from guanxi_loyalty.pages.words import (
    ISSUES,
    effect_of,
    last_day,
    money_of,
    source_of,
    state_of,
    titled,
)
from guanxi_loyalty.picture_addresses import picture_url
from guanxi_loyalty.referrals.codes import link_of
from guanxi_loyalty.referrals.terms import terms_of
from guanxi_loyalty.rewards.offering import Offer, mark, offers_for, taken_by
from guanxi_loyalty.surprises.budgets import budget_of
from guanxi_loyalty.vouchers.owned import OwnCard, OwnCode, cards_of, codes_of


def rewards_taken(
    session: Session, programme: Programme, customer_id: UUID
) -> list[dict[str, Any]]:
    """Return what the member took or got out of the catalogue, the latest first."""
    return [
        {
            "id": issue.id,
            "title": titled(reward),
            "state": state_of(ISSUES, issue.state),
            "waits": issue.state == "reserved" and issue.expires_at > current.now(),
            "back": issue.state in ("reserved", "redeemed"),
            "points": issue.points,
            "money": money_of(issue.money, programme.currency) if issue.money else None,
            "source": source_of(issue.source),
            "at": issue.reserved_at,
            "expires_at": issue.expires_at,
            "reason": issue.reason,
        }
        for issue, reward in taken_by(session, programme.id, customer_id)
    ]


def offers(session: Session, programme: Programme, customer_id: UUID) -> list[dict[str, Any]]:
    """Return what the member can take now, and why not."""
    found = offers_for(session, programme, customer_id, now=current.now())
    return [offer_values(one, programme) for one in found]


def offer_values(offer: Offer, programme: Programme) -> dict[str, Any]:
    """Return one reward on offer."""
    money = money_of(offer.price.money, programme.currency) if offer.price.money else None
    text = offer.reward.text_zh if web.language() == "zh" else ""
    return {
        "key": offer.reward.key,
        "title": titled(offer.reward),
        "text": text or offer.reward.text_en,
        "image": picture_url(offer.reward.image),
        "points": offer.price.points,
        "money": money,
        "currency": programme.currency,
        "stock": offer.reward.stock,
        "hindrance": offer.hindrance,
        "missing": offer.missing,
        "mark": mark(offer.price),
    }


def codes(session: Session, programme: Programme, customer_id: UUID) -> list[dict[str, Any]]:
    """Return the member's personal codes."""
    found = codes_of(session, programme.id, customer_id, now=current.now())
    return [code_values(one, programme) for one in found]


def code_values(code: OwnCode, programme: Programme) -> dict[str, Any]:
    """Return one code, without what opens it."""
    money = money_of(code.value, programme.currency) if code.effect == "amount" else None
    return {
        "id": code.id,
        "title": titled(code),
        "name": f"{code.set_key}/{code.serial}",
        "effect": None if money is not None else effect_of(code.effect, code.value),
        "money": money,
        "currency": programme.currency,
        "last_day": _last_day(code.valid_to, programme),
        "made_at": code.made_at,
        "usable": code.usable,
        "spent": code.spent,
    }


def cards(session: Session, programme: Programme, customer_id: UUID) -> list[dict[str, Any]]:
    """Return the gift cards that the member bought or got."""
    found = cards_of(session, programme.id, customer_id, now=current.now())
    return [card_values(one, programme) for one in found]


def card_values(card: OwnCard, programme: Programme) -> dict[str, Any]:
    """Return one gift card, without what opens it."""
    return {
        "id": card.id,
        "title": card.serial,
        "name": card.serial,
        "balance": money_of(card.balance, card.currency),
        "currency": card.currency,
        "last_day": _last_day(card.expires_at, programme),
        "issued_at": card.issued_at,
        "usable": card.usable,
        "taken": card.taken,
    }


def referral_values(session: Session, programme: Programme, customer_id: UUID) -> dict[str, Any]:
    """Return the member's own code and link with what a till scans, and who came by it."""
    code = session.scalar(
        select(ReferralCode).where(
            ReferralCode.programme_id == programme.id,
            ReferralCode.customer_id == customer_id,
            ReferralCode.former.is_(False),
        )
    )
    terms = terms_of(session, programme)
    return {
        "offered": terms is not None,
        "gives": terms.referrer_points if terms else 0,
        "code": code.code if code else None,
        "rewarded": code.rewarded if code else 0,
        "came": _came(session, programme, customer_id),
        **referral_link(session, code),
    }


def referral_link(session: Session, code: ReferralCode | None) -> dict[str, Any]:
    """Return the link to the shop that carries a code, and the QR code of it, or of the code."""
    if code is None:
        return {"link": None, "qr": None}
    shop = str(settings_of(session, "loyalty").get("shop_address", ""))
    link = link_of(code, shop) if shop else None
    return {"link": link, "qr": symbols.qr_code(link or code.code)}


def surprise_values(session: Session, programme: Programme) -> dict[str, Any] | None:
    """Return what whoever asks may give as a surprise, and what is left; None for programs."""
    staff_id = current.principal().user_id
    if staff_id is None:
        return None
    budget = budget_of(session, programme, staff_id, now=current.now())
    wanted = select(CatalogueReward).where(
        CatalogueReward.programme_id == programme.id,
        CatalogueReward.state == "active",
        CatalogueReward.surprise,
    )
    found = session.scalars(wanted.order_by(CatalogueReward.cost, CatalogueReward.key))
    return {
        "monthly": money_of(budget.monthly, programme.currency),
        "left": money_of(budget.left, programme.currency),
        "month": budget.month,
        "gifts": [
            {
                "key": one.key,
                "title": titled(one),
                "cost": money_of(one.cost, programme.currency),
                "stock": one.stock,
            }
            for one in found
            if one.stock is None or one.stock > 0
        ],
    }


def _came(session: Session, programme: Programme, customer_id: UUID) -> int:
    wanted = select(func.count()).where(
        Referral.programme_id == programme.id,
        Referral.referrer_id == customer_id,
        Referral.state.in_(("pending", "qualified", "rewarded")),
    )
    return session.scalar(wanted) or 0


def _last_day(end: datetime | None, programme: Programme) -> date | None:
    return last_day(end, ZoneInfo(programme.time_zone))
