"""A programme to start from (模板): a retail club with rules and tiers, in one go."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from babel.numbers import get_currency_precision
from sqlalchemy.orm import Session

from guanxi_loyalty.earning.rules import RuleDraft, create_rule
from guanxi_loyalty.models import Programme
from guanxi_loyalty.policies import Expiry, Policies
from guanxi_loyalty.programmes import ProgrammeDraft, create_programme
from guanxi_loyalty.tiers.policies import set_tiers

CLUB_POLICIES: Final = Policies(
    expiry=Expiry(runs="age", months=24, month_end=True), pending_days=14, grace_days=30
)
"""Points begin when goods cannot be returned any more."""
_TIERS: Final = (
    ("basic", "Basic", "普通会员", 0, "1"),
    ("silver", "Silver", "银卡会员", 1000, "1.25"),
    ("gold", "Gold", "金卡会员", 5000, "1.5"),
)


def retail_club(
    session: Session, key: str, *, currency: str, time_zone: str, now: datetime, by: str
) -> Programme:
    """Make a retail club: a point for each unit of the currency, gifts, and three tiers.

    Where the currency has no smaller unit, as the yen, a point is for each hundred.
    """
    draft = ProgrammeDraft(
        key, "Members' club", "会员俱乐部", currency, time_zone, policies=CLUB_POLICIES
    )
    programme = create_programme(session, draft, now=now, by=by)
    for rule in _rules(currency):
        create_rule(session, programme, rule, now=now, by=by)
    set_tiers(session, programme, club_tiers(), now=now, by=by)
    return programme


def club_tiers() -> dict[str, Any]:
    """Return the tiers of a retail club; who has too little falls one step a year."""
    names = ("key", "title_en", "title_zh", "threshold", "multiplier")
    tiers = [dict(zip(names, tier, strict=True)) for tier in _TIERS]
    return {"tiers": tiers, "soft_landing": True}


def step_of(currency: str) -> Decimal:
    """Return the amount that a point is for."""
    return Decimal(1) if get_currency_precision(currency) else Decimal(100)


def _rules(currency: str) -> list[RuleDraft]:
    spent = {"reward": {"units": "1", "per": str(step_of(currency))}}
    return [
        RuleDraft("spending", "Points for purchases", "购物积分", definition=spent),
        RuleDraft(
            "tier_spending", "Tier points for purchases", "购物定级积分", "qualifying",
            definition=spent,
        ),
        RuleDraft(
            "first_purchase", "First purchase", "首购奖励", priority=110,
            definition={
                "conditions": {"nth": 1},
                "reward": {"way": "fixed", "units": "100"},
            },
        ),
        RuleDraft(
            "birthday", "Birthday", "生日奖励", trigger="birthday", priority=120,
            definition={"reward": {"way": "fixed", "units": "50"}},
        ),
    ]  # fmt: skip
