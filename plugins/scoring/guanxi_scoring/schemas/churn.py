"""What the API and the command line take and give back about lapse: costs, contacts, breaks."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_scoring.churn.breaks import Break
from guanxi_scoring.churn.contacting import Outlook, ToContact
from guanxi_scoring.churn.policy import FIELDS, RISKS_FROM, VALUES_FROM, Policy
from guanxi_scoring.churn.standing import SOURCES
from guanxi_scoring.life.finding import find_model, in_force


class ScoringLapseCostsSchema(Schema):
    """The costs; ``version`` 0: nobody has set them, these are assumed. Money in ``currency``."""

    contact_cost = fields.Decimal(as_string=True)
    wasted_cost = fields.Decimal(as_string=True)
    save_rate = fields.Decimal(as_string=True)
    value_from = fields.String(validate=validate.OneOf(VALUES_FROM))
    fixed_value = fields.Decimal(as_string=True, allow_none=True)
    risk_from = fields.String(validate=validate.OneOf(RISKS_FROM))
    medium_share = fields.Decimal(as_string=True)
    currency = fields.String()
    as_of = fields.DateTime(allow_none=True)
    version = fields.Integer()


class ScoringLapseCostsPatchSchema(Schema):
    """What may be set; what is not named stays. Shares are of 1: 0.1 is a tenth."""

    contact_cost = web.Number()
    wasted_cost = web.Number()
    save_rate = web.Number()
    value_from = fields.String(validate=validate.OneOf(VALUES_FROM))
    fixed_value = web.Number(allow_none=True)
    risk_from = fields.String(validate=validate.OneOf(RISKS_FROM))
    medium_share = web.Number()
    as_of = fields.AwareDateTime(allow_none=True)


class ScoringLapseOutlookSchema(Schema):
    """What these costs lead to, over the customers in sight; money in ``currency``.

    ``threshold`` is for a customer of ``mean_value``; null: contacting never pays.
    """

    known_customers = fields.Integer()
    unknown_customers = fields.Integer()
    contacted = fields.Integer()
    cost = fields.Decimal(as_string=True)
    gain = fields.Decimal(as_string=True)
    lost = fields.Decimal(as_string=True)
    mean_value = fields.Decimal(as_string=True, allow_none=True)
    threshold = fields.Decimal(as_string=True, allow_none=True)
    mean_risk = fields.Decimal(as_string=True, allow_none=True)


class ScoringLapseSchema(Schema):
    """Costs, what they lead to, and how many rhythms are broken."""

    costs = fields.Nested(ScoringLapseCostsSchema)
    outlook = fields.Nested(ScoringLapseOutlookSchema)
    broken = fields.Integer()
    silence_version = fields.Integer(allow_none=True)


class ScoringLapseListSchema(Schema):
    """Which page is wanted."""

    limit = web.Limit()
    cursor = web.Cursor()


class ScoringToContactSchema(Schema):
    """A customer worth contacting: risk, value at stake, own threshold, expected gain."""

    customer_id = fields.UUID()
    name = fields.String()
    p = fields.Decimal(as_string=True)
    source = fields.String(validate=validate.OneOf(SOURCES))
    value = fields.Decimal(as_string=True)
    threshold = fields.Decimal(as_string=True, allow_none=True)
    gain = fields.Decimal(as_string=True)


class ScoringToContactListSchema(Schema):
    """Whom to contact, the greatest expected gain first; money in ``currency``."""

    items = fields.List(fields.Nested(ScoringToContactSchema))
    currency = fields.String()
    next = fields.String(allow_none=True)


class ScoringBreakSchema(Schema):
    """A customer who is missed: the last day, the expected one, since when it is a break."""

    customer_id = fields.UUID()
    name = fields.String()
    last_on = fields.Date()
    due_on = fields.Date(allow_none=True)
    broken_on = fields.Date()
    gaps = fields.Integer()
    mean_gap = fields.Float()
    away = fields.Integer()


class ScoringBreaksSchema(Schema):
    """Broken rhythms, the latest first."""

    items = fields.List(fields.Nested(ScoringBreakSchema))
    next = fields.String(allow_none=True)


def shown_costs(policy: Policy) -> dict[str, Any]:
    """Return the costs as they are given out."""
    names = (*FIELDS, "currency", "as_of", "version")
    return {name: getattr(policy, name) for name in names}


def shown_outlook(found: Outlook) -> dict[str, Any]:
    """Return what costs lead to as it is given out."""
    threshold = found.threshold
    return {
        "known_customers": found.known,
        "unknown_customers": found.unknown,
        "contacted": found.contacted,
        "cost": found.cost,
        "gain": found.gain,
        "lost": found.lost,
        "mean_value": found.mean_value,
        "threshold": None if threshold is None else round(threshold, 6),
        "mean_risk": None if found.mean_risk is None else round(found.mean_risk, 6),
    }


def shown_lapse(session: Session, policy: Policy, found: Outlook, broken: int) -> dict[str, Any]:
    """Return the whole of lapse as it is given out."""
    version = in_force(session, "silence") if find_model(session, "silence") else None
    return {
        "costs": shown_costs(policy),
        "outlook": shown_outlook(found),
        "broken": broken,
        "silence_version": version.number if version else None,
    }


def shown_contact(one: ToContact) -> dict[str, Any]:
    """Return a customer to contact as they are given out."""
    return {
        "customer_id": one.customer_id,
        "name": one.name,
        "p": round(one.p, 6),
        "source": one.source,
        "value": one.value,
        "threshold": None if one.threshold is None else round(one.threshold, 6),
        "gain": one.gain,
    }


def shown_break(one: Break, today: date) -> dict[str, Any]:
    """Return a broken rhythm as it is given out."""
    return {
        "customer_id": one.customer_id,
        "name": one.name,
        "last_on": one.last_on,
        "due_on": one.due_on,
        "broken_on": one.warn_on,
        "gaps": one.gaps,
        "mean_gap": round(one.mean, 1),
        "away": one.away(today),
    }
