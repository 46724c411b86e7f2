"""Rules and campaigns of a programme: the list, in the order in which rules are looked at."""

from datetime import datetime
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import current
from guanxi_loyalty.earning.book import campaign_facts, rule_facts
from guanxi_loyalty.earning.sentences import Names, occasion_title, rule_in_words
from guanxi_loyalty.models import Campaign, EarningRule, Programme, Unit
from guanxi_loyalty.pages.blueprint import VIEW, pages
from guanxi_loyalty.pages.naming import asked_programme, names_of, programme_options
from guanxi_loyalty.pages.states import State, campaign_state, programme_state, state_of
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import Wording, title_of


@pages.get("/rules", permission=VIEW)
def rules() -> str:
    """All rules and campaigns of one programme; with ``archived`` those put away."""
    session, now = current.session(), current.now()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/rules.html", programme=None)
    archived, names = "archived" in request.args, names_of(session, programme)
    return render_template(
        "loyalty/rules.html",
        programme=programme,
        title=title_of(programme, names.language),
        state=programme_state(programme),
        choices=programme_options(session),
        archived=archived,
        rules=[_rule(row, names, now) for row in rule_rows(session, programme, archived=archived)],
        campaigns=[
            shown_campaign(one, names, now)
            for one in campaigns_of(session, programme, archived=archived)
        ],
    )


def rule_rows(session: Session, programme: Programme, *, archived: bool = False) -> list[Any]:
    """Return rules with their units and campaigns, in the order in which they are looked at."""
    wanted = (
        select(EarningRule, Unit, Campaign)
        .join(Unit, Unit.id == EarningRule.unit_id)
        .outerjoin(Campaign, Campaign.id == EarningRule.campaign_id)
        .where(EarningRule.programme_id == programme.id)
        .where((EarningRule.state == "archived") == archived)
    )
    return sorted(session.execute(wanted).all(), key=_order)


def campaigns_of(
    session: Session, programme: Programme, *, archived: bool = False
) -> list[Campaign]:
    """Return the campaigns of a programme, the latest first."""
    wanted = (
        select(Campaign)
        .where(Campaign.programme_id == programme.id)
        .where((Campaign.state == "archived") == archived)
        .order_by(Campaign.starts_at.desc().nulls_last(), Campaign.key)
    )
    return list(session.scalars(wanted))


def shown_campaign(campaign: Campaign, names: Names, now: datetime) -> dict[str, Any]:
    """Return a campaign as the list shows it."""
    wording = Wording(names.language)
    budget = None
    if campaign.budget is not None:
        spent, whole = wording.number(campaign.spent), wording.number(campaign.budget)
        budget = _("%(spent)s of %(budget)s", spent=spent, budget=whole)
    return {
        "one": campaign,
        "title": title_of(campaign, names.language),
        "state": campaign_state(campaign_facts(campaign), now),
        "budget": budget,
        "held_back": campaign.held_back / 10_000,
    }


def _rule(row: Any, names: Names, now: datetime) -> dict[str, Any]:
    rule, unit, campaign = row
    facts = rule_facts(rule, unit.key, campaign)
    return {
        "one": rule,
        "title": title_of(rule, names.language),
        "sentence": rule_in_words(facts, names),
        "occasion": occasion_title(rule.trigger, names),
        "campaign": title_of(campaign, names.language) if campaign is not None else "",
        "state": _state(rule, campaign, now),
        "window": _window(facts.definition.conditions, names),
    }


def _state(rule: EarningRule, campaign: Campaign | None, now: datetime) -> State:
    """Return the state of a rule; that of its campaign where this alone stops it."""
    if rule.state == "active" and campaign is not None:
        state = campaign_state(campaign_facts(campaign), now)
        if state.tone != "success":
            return State(state.key, _("Campaign: %(state)s", state=state.title), state.tone)
    return state_of(rule.state)


def _window(asked: Any, names: Names) -> str:
    wording = Wording(names.language)
    since = wording.day(asked.since) if asked.since is not None else ""
    until = wording.day(asked.until) if asked.until is not None else ""
    return f"{since} – {until}".strip() if since or until else ""


def _order(row: Any) -> tuple[bool, int, str]:
    rule = row[0]
    way = rule.definition.get("reward", {}).get("way")
    return way == "multiplier", rule.priority, rule.key
