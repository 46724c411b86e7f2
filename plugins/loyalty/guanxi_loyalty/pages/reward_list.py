"""The catalogue of rewards: what there is of each, what it costs whom, how often it was taken."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import current, customers, web
from guanxi_loyalty.models import CatalogueReward, Programme, RewardIssue, Unit
from guanxi_loyalty.pages.blueprint import VIEW, pages
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.reward_form import GIVEN, tier_titles
from guanxi_loyalty.pages.words import money_of
from guanxi_loyalty.picture_addresses import picture_url
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import title_of

LOW: Final = 3
"""From so few on the stock is marked."""


@pages.get("/rewards", permission=VIEW)
def rewards() -> str:
    """All rewards of one programme; with ``state=archived`` those that are hidden."""
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/rewards.html", programme=None)
    archived = request.args.get("state") == "archived"
    found = session.execute(
        select(CatalogueReward, Unit)
        .join(Unit, Unit.id == CatalogueReward.unit_id)
        .where(CatalogueReward.programme_id == programme.id)
        .where((CatalogueReward.state == "archived") == archived)
        .order_by(CatalogueReward.points, CatalogueReward.key)
    ).all()
    counts = taken_counts(session, programme)
    tiers = tier_titles(session, programme)
    return render_template(
        "loyalty/rewards.html",
        programme=programme,
        title=title_of(programme, web.language()),
        choices=programme_options(session),
        archived=archived,
        rows=[_row(reward, unit, programme, counts, tiers) for reward, unit in found],
    )


def taken_counts(session: Session, programme: Programme) -> Mapping[UUID, int]:
    """Return how often each reward was taken and not given back, by customers in sight."""
    rows = session.execute(
        select(RewardIssue.reward_id, func.count())
        .where(
            RewardIssue.programme_id == programme.id,
            RewardIssue.state.in_(("reserved", "redeemed")),
            customers.in_sight(session, RewardIssue.customer_id),
        )
        .group_by(RewardIssue.reward_id)
    )
    return {row[0]: row[1] for row in rows}


def price_text(points: int, money: int, unit: str, currency: str) -> dict[str, Any]:
    """Return a price as it is shown."""
    amount = money_of(money, currency) if money else None
    return {"points": points, "unit": unit, "money": amount, "currency": currency}


def _row(
    reward: CatalogueReward,
    unit: Unit,
    programme: Programme,
    counts: Mapping[UUID, int],
    tiers: Mapping[str, str],
) -> dict[str, Any]:
    language, currency = web.language(), programme.currency
    unit_title = title_of(unit, language)
    own = [
        {
            "tier": tiers.get(tier, tier),
            **price_text(
                price.get("points", reward.points),
                price.get("money", reward.money),
                unit_title,
                currency,
            ),
        }
        for tier, price in reward.tier_prices.items()
    ]
    state, tone = _state(reward, current.now())
    return {
        "one": reward,
        "title": title_of(reward, language),
        "picture": picture_url(reward.image),
        "gives": GIVEN[reward.gives],
        "price": price_text(reward.points, reward.money, unit_title, currency),
        "own": own,
        "taken": counts.get(reward.id, 0),
        "low": reward.stock is not None and reward.stock <= LOW,
        "state": state,
        "tone": tone,
    }


def _state(reward: CatalogueReward, now: datetime) -> tuple[str, str]:
    """Return whether members can take a reward now, in words, with its tone."""
    if reward.state == "archived":
        return _("Hidden"), "neutral"
    if reward.valid_to is not None and reward.valid_to <= now:
        return _("Over"), "neutral"
    if reward.valid_from is not None and reward.valid_from > now:
        return _("Not yet"), "info"
    if reward.stock == 0:
        return _("Sold out"), "danger"
    return _("On offer"), "success"
