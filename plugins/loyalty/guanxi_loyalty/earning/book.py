"""What a batch of occasions needs of a programme: its scheme, units and rules, read once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_loyalty.earning.definitions import Definition, read_definition
from guanxi_loyalty.earning.facts import CampaignFacts, RuleFacts, Scheme
from guanxi_loyalty.ledger.units import UnitFacts, load_unit
from guanxi_loyalty.models import Campaign, EarningRule, Programme, Unit
from guanxi_loyalty.policies import read_policies


@dataclass(frozen=True, slots=True)
class Book:
    """A programme as judging sees it. ``units`` are by key, ``rules`` by trigger."""

    programme_id: UUID
    programme: str
    scheme: Scheme
    units: Mapping[str, UnitFacts]
    rules: Mapping[str, tuple[RuleFacts, ...]]

    @property
    def every_rule(self) -> tuple[RuleFacts, ...]:
        """All rules, of whatever trigger."""
        return tuple(rule for rules in self.rules.values() for rule in rules)

    def unit_keys(self) -> list[str]:
        """Return the units that rules give, in the order in which accounts are locked."""
        used = {rule.unit for rule in self.every_rule}
        return sorted(used, key=lambda key: self.units[key].id)


def open_books(session: Session) -> list[Book]:
    """Return the books of all programmes that have rules in force."""
    rules: dict[UUID, list[RuleFacts]] = {}
    rows = session.execute(
        select(EarningRule, Unit.key, Campaign)
        .join(Unit, Unit.id == EarningRule.unit_id)
        .outerjoin(Campaign, Campaign.id == EarningRule.campaign_id)
        .where(EarningRule.state == "active")
        .execution_options(populate_existing=True)
    )
    for rule, unit, campaign in rows:
        rules.setdefault(rule.programme_id, []).append(rule_facts(rule, unit, campaign))
    if not rules:
        return []
    programmes = session.scalars(
        select(Programme).where(Programme.id.in_(rules)).order_by(Programme.key)
    )
    return [_book(session, one, rules[one.id]) for one in programmes]


def open_book(session: Session, programme: Programme, *, every: bool = False) -> Book:
    """Return the book of one programme; with ``every`` also rules that are not active."""
    query = (
        select(EarningRule, Unit.key, Campaign)
        .join(Unit, Unit.id == EarningRule.unit_id)
        .outerjoin(Campaign, Campaign.id == EarningRule.campaign_id)
        .where(EarningRule.programme_id == programme.id)
        .where(EarningRule.state != "archived" if every else EarningRule.state == "active")
    )
    return _book(session, programme, [rule_facts(*row) for row in session.execute(query)])


def rule_facts(rule: EarningRule, unit: str, campaign: Campaign | None) -> RuleFacts:
    """Return a rule as judging sees it."""
    return RuleFacts(
        id=rule.id,
        key=rule.key,
        unit=unit,
        trigger=rule.trigger,
        definition=_read(orjson.dumps(rule.definition, option=orjson.OPT_SORT_KEYS)),
        priority=rule.priority,
        campaign=None if campaign is None else campaign_facts(campaign),
        state=rule.state,
    )


def campaign_facts(campaign: Campaign) -> CampaignFacts:
    """Return a campaign as judging sees it."""
    left = None if campaign.budget is None else campaign.budget - campaign.spent
    return CampaignFacts(
        id=campaign.id,
        key=campaign.key,
        starts_at=campaign.starts_at,
        ends_at=campaign.ends_at,
        budget_left=left,
        held_back=campaign.held_back,
        salt=campaign.salt,
        state=campaign.state,
    )


@lru_cache(maxsize=512)
def _read(stored: bytes) -> Definition:
    return read_definition(orjson.loads(stored))


def _book(session: Session, programme: Programme, rules: Iterable[RuleFacts]) -> Book:
    keys = session.scalars(select(Unit.key).where(Unit.programme_id == programme.id))
    units = {key: load_unit(session, programme.key, key) for key in keys}
    policies = read_policies(programme.policies)
    by_trigger: dict[str, list[RuleFacts]] = {}
    for rule in rules:
        by_trigger.setdefault(rule.trigger, []).append(rule)
    return Book(
        programme_id=programme.id,
        programme=programme.key,
        scheme=Scheme(
            currency=programme.currency,
            zone=ZoneInfo(programme.time_zone),
            rounding=policies.rounding,
            after_rewards=policies.after_rewards,
            spendable=frozenset(key for key, unit in units.items() if unit.kind == "spendable"),
        ),
        units=units,
        rules={trigger: tuple(found) for trigger, found in by_trigger.items()},
    )
