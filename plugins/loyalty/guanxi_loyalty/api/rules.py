"""Rules and campaigns for admins, and purchases tried on a customer."""

from decimal import Decimal
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Line, current, new_id, web
from guanxi_loyalty.api.asking import actor, in_sight, programme
from guanxi_loyalty.api.blueprint import MANAGE, VIEW, api
from guanxi_loyalty.earning.facts import Happening
from guanxi_loyalty.earning.rules import (
    CampaignDraft,
    RuleDraft,
    change_campaign,
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
    LoyaltyCampaignChangesSchema,
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
    return _rule(current.tx(), made, 201)


@api.get("/programmes/<key>/rules/<rule_key>", permission=VIEW, versioned=True)
@api.response(200, LoyaltyRuleSchema)
def show_rule(key: str, rule_key: str) -> Response:
    """One rule."""
    session = current.session()
    return _rule(session, find_rule(session, find_programme(session, key), rule_key))


@api.patch("/programmes/<key>/rules/<rule_key>", permission=MANAGE, versioned=True)
@api.arguments(LoyaltyRuleChangesSchema())
@api.response(200, LoyaltyRuleSchema)
def edit_rule(values: dict[str, Any], key: str, rule_key: str) -> Response:
    """Change a rule, pause it or put it away; with If-Match only if nobody was faster.

    What it gave stays given.
    """
    session, expected = current.tx(), web.expected_version()
    rule = find_rule(session, programme(key), rule_key)
    change_rule(session, rule, values, now=current.now(), by=actor(), expected_version=expected)
    return _rule(session, rule)


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
    return web.answer(shown_campaign(made), 201, version=made.version)


@api.get("/programmes/<key>/campaigns/<campaign_key>", permission=VIEW, versioned=True)
@api.response(200, LoyaltyCampaignSchema)
def show_campaign(key: str, campaign_key: str) -> Response:
    """One campaign, with what it has spent."""
    session = current.session()
    campaign = find_campaign(session, find_programme(session, key), campaign_key)
    return web.answer(shown_campaign(campaign), version=campaign.version, counts=True)


@api.patch("/programmes/<key>/campaigns/<campaign_key>", permission=MANAGE, versioned=True)
@api.arguments(LoyaltyCampaignChangesSchema())
@api.response(200, LoyaltyCampaignSchema)
def edit_campaign(values: dict[str, Any], key: str, campaign_key: str) -> Response:
    """Change a campaign; with If-Match only if nobody was faster. What it gave stays given."""
    session, expected = current.tx(), web.expected_version()
    campaign = find_campaign(session, programme(key), campaign_key)
    change_campaign(
        session, campaign, values, now=current.now(), by=actor(), expected_version=expected
    )
    return web.answer(shown_campaign(campaign), version=campaign.version, counts=True)


@api.post("/programmes/<key>/campaigns/<campaign_key>/state", permission=MANAGE, versioned=True)
@api.arguments(LoyaltyCampaignStateSchema())
@api.response(200, LoyaltyCampaignSchema)
def change_campaign_state(values: dict[str, Any], key: str, campaign_key: str) -> Response:
    """Let a campaign run, pause it, or put it away."""
    session, expected = current.tx(), web.expected_version()
    campaign = find_campaign(session, programme(key), campaign_key)
    state = values["state"]
    set_campaign_state(
        session, campaign, state, now=current.now(), by=actor(), expected_version=expected
    )
    return web.answer(shown_campaign(campaign), version=campaign.version, counts=True)


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


def _rule(session: Session, rule: EarningRule, status: int = 200) -> Response:
    unit = session.get_one(Unit, rule.unit_id)
    campaign = session.get_one(Campaign, rule.campaign_id) if rule.campaign_id else None
    shown = shown_rule(rule, unit.key, campaign.key if campaign else None)
    return web.answer(shown, status, version=rule.version)
