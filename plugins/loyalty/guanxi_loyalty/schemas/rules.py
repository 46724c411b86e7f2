"""What the API takes and gives back about earning: rules, campaigns, and purchases tried."""

from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_loyalty.earning.facts import Judgement
from guanxi_loyalty.earning.rules import STATES
from guanxi_loyalty.ledger.beginning import MOST
from guanxi_loyalty.models import Campaign, EarningRule
from guanxi_loyalty.schemas.codes import Whole
from guanxi_loyalty.texts import _

MOST_LINES: Final = 500
_AMOUNT: Final = validate.Range(0, 10**10)


class LoyaltyRuleDraftSchema(Schema):
    """An earning rule. ``definition`` holds conditions, reward, limits, stacking and stop."""

    key = web.CleanText(40, filled=True, required=True)
    title_en = web.CleanText(200, filled=True, required=True)
    title_zh = web.CleanText(200, load_default="")
    unit = web.CleanText(40, filled=True, load_default="points")
    trigger = web.CleanText(60, filled=True, load_default="purchase")
    definition = web.Object(load_default=dict)
    priority = Whole(0, 10_000, load_default=100)
    campaign = web.CleanText(40, load_default=None, allow_none=True)


class LoyaltyRuleChangesSchema(Schema):
    """What changes in a rule; what is left out stays."""

    title_en = web.CleanText(200, filled=True)
    title_zh = web.CleanText(200, filled=True)
    definition = web.Object()
    priority = Whole(0, 10_000)
    state = fields.String(validate=validate.OneOf(STATES))


class LoyaltyRuleSchema(Schema):
    """An earning rule as it is shown."""

    key = fields.String(required=True)
    title_en = fields.String(required=True)
    title_zh = fields.String(required=True)
    unit = fields.String(required=True)
    trigger = fields.String(required=True)
    definition = fields.Dict(required=True)
    priority = fields.Integer(required=True)
    campaign = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)


class LoyaltyRulesSchema(Schema):
    """All rules of a programme, in the order in which they are looked at."""

    items = fields.List(fields.Nested(LoyaltyRuleSchema), required=True)


class LoyaltyCampaignDraftSchema(Schema):
    """A campaign. ``held_back``: hundredths of a percent of the members who get nothing by it."""

    key = web.CleanText(40, filled=True, required=True)
    title_en = web.CleanText(200, filled=True, required=True)
    title_zh = web.CleanText(200, load_default="")
    starts_at = fields.AwareDateTime(load_default=None, allow_none=True)
    ends_at = fields.AwareDateTime(load_default=None, allow_none=True)
    budget = Whole(1, MOST, load_default=None, allow_none=True)
    held_back = Whole(0, 9999, load_default=0)


class LoyaltyCampaignChangesSchema(Schema):
    """What changes in a campaign; what is left out stays."""

    title_en = web.CleanText(200, filled=True)
    title_zh = web.CleanText(200, filled=True)
    starts_at = fields.AwareDateTime(allow_none=True)
    ends_at = fields.AwareDateTime(allow_none=True)
    budget = Whole(1, MOST, allow_none=True)
    held_back = Whole(0, 9999)


class LoyaltyCampaignStateSchema(Schema):
    """Whether the rules of a campaign give anything."""

    state = fields.String(required=True, validate=validate.OneOf(STATES))


class LoyaltyCampaignSchema(Schema):
    """A campaign as it is shown; ``spent`` is what its rules gave out of ``budget``."""

    key = fields.String(required=True)
    title_en = fields.String(required=True)
    title_zh = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True, allow_none=True)
    ends_at = fields.AwareDateTime(required=True, allow_none=True)
    budget = fields.Integer(required=True, allow_none=True)
    spent = fields.Integer(required=True)
    held_back = fields.Integer(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)


class LoyaltyCampaignsSchema(Schema):
    """All campaigns of a programme, by key."""

    items = fields.List(fields.Nested(LoyaltyCampaignSchema), required=True)


class LoyaltyTrialLineSchema(Schema):
    """A line of a purchase that is tried; ``unit_price`` in the major unit."""

    product = web.CleanText(200, filled=True, required=True)
    quantity = web.Number(load_default=Decimal(1), validate=_AMOUNT)
    unit_price = web.Number(required=True, validate=_AMOUNT)


class LoyaltyTrialSchema(Schema):
    """Something to be tried on a customer: by default a purchase, now, of the sum of its lines."""

    customer_id = fields.UUID(required=True)
    trigger = web.CleanText(60, filled=True, load_default="purchase")
    at = fields.AwareDateTime(load_default=None, allow_none=True)
    channel = web.CleanText(60, load_default=None, allow_none=True)
    outcome = web.CleanText(60, load_default=None, allow_none=True)
    amount = web.Number(load_default=None, allow_none=True, validate=_AMOUNT)
    lines = fields.List(
        fields.Nested(LoyaltyTrialLineSchema),
        load_default=list,
        validate=validate.Length(max=MOST_LINES),
    )


class LoyaltyAwardSchema(Schema):
    """What a rule would give; without a rule it is what the member's tier adds."""

    rule = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True)
    units = fields.Integer(required=True)


class LoyaltySilentRuleSchema(Schema):
    """A rule that would give nothing, and why."""

    rule = fields.String(required=True)
    reason = fields.String(required=True)


class LoyaltyJudgementSchema(Schema):
    """What would come of it."""

    awards = fields.List(fields.Nested(LoyaltyAwardSchema), required=True)
    others = fields.List(fields.Nested(LoyaltySilentRuleSchema), required=True)


def shown_rule(rule: EarningRule, unit: str, campaign: str | None) -> dict[str, Any]:
    """Return a rule as ``LoyaltyRuleSchema`` describes it."""
    own = [name for name in LoyaltyRuleSchema().fields if name not in ("unit", "campaign")]
    return {"unit": unit, "campaign": campaign, **{name: getattr(rule, name) for name in own}}


def shown_campaign(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as ``LoyaltyCampaignSchema`` describes it."""
    return {name: getattr(campaign, name) for name in LoyaltyCampaignSchema().fields}


def shown_judgement(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as ``LoyaltyJudgementSchema`` describes it, in the reader's language."""
    return {
        "awards": [
            {
                "rule": award.rule.key if award.rule is not None else None,
                "unit": award.unit,
                "units": award.units,
            }
            for award in judgement.awards
        ],
        "others": [
            {"rule": rule.key, "reason": _(reason.text, **reason.values)}
            for rule, reason in judgement.others
        ],
    }
