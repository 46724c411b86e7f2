"""Rules and campaigns for admins, and purchases tried on a customer."""

from decimal import Decimal
from typing import Any

from flask import Response
from sqlalchemy import select

from guanxi.sdk import Line, current, new_id, web
from guanxi_loyalty.api.asking import actor, in_sight, programme
from guanxi_loyalty.api.blueprint import MANAGE, VIEW, api
from guanxi_loyalty.earning.facts import Happening
from guanxi_loyalty.earning.rules import (
    CampaignDraft,
    RuleDraft,
    change_rule,
    create_campaign,
    create_rule,
    find_campaign,
    find_rule,
    set_campaign_state,
)
from guanxi_loyalty.earning.simulating import simulate
from guanxi_loyalty.models import Campaign, EarningRule, Unit
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.schemas.rules import (
    LoyaltyCampaignDraftSchema,
    LoyaltyCampaignSchema,
    LoyaltyCampaignsSchema,
    LoyaltyCampaignStateSchema,
    LoyaltyJudgementSchema,
    LoyaltyRuleChangesSchema,
    LoyaltyRuleDraftSchema,
    LoyaltyRuleSchema,
    LoyaltyRulesSchema,
    LoyaltyTrialSchema,
    shown_campaign,
    shown_judgement,
    shown_rule,
)


@api.get("/programmes/<key>/rules", permission=VIEW)
@api.response(200, LoyaltyRulesSchema)
def list_rules(key: str) -> Response:
    """All rules in the order in which they are looked at."""
    session = current.session()
    rows = session.execute(
        select(EarningRule, Unit.key, Campaign.key)
        .join(Unit, Unit.id == EarningRule.unit_id)
        .outerjoin(Campaign, Campaign.id == EarningRule.campaign_id)
        .where(EarningRule.programme_id == find_programme(session, key).id)
        .order_by(EarningRule.priority, EarningRule.key)
    )
    return web.answer({"items": [shown_rule(*row) for row in rows]})


@api.post("/programmes/<key>/rules", permission=MANAGE)
@api.arguments(LoyaltyRuleDraftSchema())
@api.response(201, LoyaltyRuleSchema)
def add_rule(values: dict[str, Any], key: str) -> Response:
    """Make a rule; it applies to what comes by from now on."""
    draft = RuleDraft(**values)
    made = create_rule(current.tx(), programme(key), draft, now=current.now(), by=actor())
    return _rule(made, 201)


@api.patch("/programmes/<key>/rules/<rule_key>", permission=MANAGE)
@api.arguments(LoyaltyRuleChangesSchema())
@api.response(200, LoyaltyRuleSchema)
def edit_rule(values: dict[str, Any], key: str, rule_key: str) -> Response:
    """Change a rule, pause it or put it away; what it gave stays given."""
    session = current.tx()
    rule = find_rule(session, programme(key), rule_key)
    change_rule(session, rule, values, now=current.now(), by=actor())
    return _rule(rule)


@api.get("/programmes/<key>/campaigns", permission=VIEW)
@api.response(200, LoyaltyCampaignsSchema)
def list_campaigns(key: str) -> Response:
    """All campaigns by key, with what they have spent."""
    session = current.session()
    wanted = select(Campaign).where(Campaign.programme_id == find_programme(session, key).id)
    found = session.scalars(wanted.order_by(Campaign.key))
    return web.answer({"items": [shown_campaign(one) for one in found]})


@api.post("/programmes/<key>/campaigns", permission=MANAGE)
@api.arguments(LoyaltyCampaignDraftSchema())
@api.response(201, LoyaltyCampaignSchema)
def add_campaign(values: dict[str, Any], key: str) -> Response:
    """Make a campaign; its rules name it."""
    draft = CampaignDraft(**values)
    made = create_campaign(current.tx(), programme(key), draft, now=current.now(), by=actor())
    return web.answer(shown_campaign(made), 201)


@api.post("/programmes/<key>/campaigns/<campaign_key>/state", permission=MANAGE)
@api.arguments(LoyaltyCampaignStateSchema())
@api.response(200, LoyaltyCampaignSchema)
def change_campaign_state(values: dict[str, Any], key: str, campaign_key: str) -> Response:
    """Let a campaign run, pause it, or put it away."""
    session = current.tx()
    campaign = find_campaign(session, programme(key), campaign_key)
    set_campaign_state(session, campaign, values["state"], now=current.now(), by=actor())
    return web.answer(shown_campaign(campaign))


@api.post("/programmes/<key>/simulate", permission=VIEW)
@api.arguments(LoyaltyTrialSchema())
@api.response(200, LoyaltyJudgementSchema)
def simulate_purchase(values: dict[str, Any], key: str) -> Response:
    """What rules would give for a purchase, and why the others would not; nothing is written."""
    session = current.session()
    found = find_programme(session, key)
    customer_id = in_sight(session, values["customer_id"])
    assert customer_id is not None  # noqa: S101 -- the schema requires it
    happening = _happening(values, found.currency)
    return web.answer(
        shown_judgement(simulate(session, found, customer_id, happening, now=current.now()))
    )


def _happening(values: dict[str, Any], currency: str) -> Happening:
    lines = tuple(
        Line(one["product"], None, one["quantity"], one["unit_price"]) for one in values["lines"]
    )
    amount = values["amount"]
    if amount is None and lines:
        amount = sum((line.amount for line in lines), Decimal(0))
    return Happening(
        id=new_id(),
        trigger=values["trigger"],
        at=values["at"] or current.now(),
        channel=values["channel"],
        outcome=values["outcome"],
        amount=amount,
        currency=None if amount is None else currency,
        lines=lines,
    )


def _rule(rule: EarningRule, status: int = 200) -> Response:
    session = current.tx()
    unit = session.get_one(Unit, rule.unit_id)
    campaign = session.get_one(Campaign, rule.campaign_id) if rule.campaign_id else None
    return web.answer(shown_rule(rule, unit.key, campaign.key if campaign else None), status)
