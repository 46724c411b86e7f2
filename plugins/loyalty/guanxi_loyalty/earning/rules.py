"""Rules and campaigns made and changed: by admins, with an entry in the audit log."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, attributes_of, new_id, record
from guanxi_loyalty.earning.definitions import Definition, read_definition, write_definition
from guanxi_loyalty.models import Campaign, EarningRule, Programme, Unit
from guanxi_loyalty.storing import as_key, check_storable
from guanxi_loyalty.texts import N_
from guanxi_loyalty.versions import lock_version

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
STATES: Final = ("active", "paused", "archived")
_OF_CAMPAIGN: Final = ("title_en", "title_zh", "starts_at", "ends_at", "budget", "held_back")


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule to be made; ``definition`` as :func:`read_definition` takes it."""

    key: str
    title_en: str
    title_zh: str = ""
    unit: str = "points"
    trigger: str = "purchase"
    definition: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 100
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """A campaign to be made. ``held_back`` is in hundredths of a percent."""

    key: str
    title_en: str
    title_zh: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    budget: int | None = None
    held_back: int = 0


def create_rule(
    session: Session, programme: Programme, draft: RuleDraft, *, now: datetime, by: str
) -> EarningRule:
    """Make a rule; it applies to what comes by from now on.

    :raises Invalid: its definition, or an attribute that the catalogue does not have.
    :raises NotFound: the unit or the campaign.
    :raises Conflict: the key is taken.
    """
    _check(session, EarningRule, programme, draft.key, draft.title_en)
    rule = EarningRule(
        programme_id=programme.id,
        campaign_id=find_campaign(session, programme, draft.campaign).id
        if draft.campaign
        else None,
        unit_id=_unit(session, programme, draft.unit),
        key=draft.key,
        title_en=draft.title_en.strip(),
        title_zh=draft.title_zh.strip() or draft.title_en.strip(),
        trigger=draft.trigger,
        definition=_checked(session, draft.definition),
        priority=draft.priority,
        created_at=now,
        changed_at=now,
        changed_by=by,
    )
    session.add(rule)
    session.flush()
    record(session, "loyalty.rule_created", subject_of(session, rule), after=_shown(rule))
    return rule


def change_rule(
    session: Session,
    rule: EarningRule,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Change titles, definition, priority or state of a rule; what was given stays given.

    :param expected_version: the version that the person saw.
    :raises Invalid: a value that does not do.
    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, rule, expected_version)
    before = _shown(rule)
    for name, value in changes.items():
        if name not in ("title_en", "title_zh", "definition", "priority", "state"):
            raise Invalid(N_("%(name)s of a rule cannot be changed."), name=name)
        if name == "state":
            _state(value)
        if name == "title_en":
            _require_title(value)
        setattr(rule, name, _checked(session, value) if name == "definition" else value)
    rule.changed_at, rule.changed_by, rule.version = now, by, rule.version + 1
    session.flush()
    subject = subject_of(session, rule)
    record(session, "loyalty.rule_changed", subject, before=before, after=_shown(rule))


def create_campaign(
    session: Session, programme: Programme, draft: CampaignDraft, *, now: datetime, by: str
) -> Campaign:
    """Make a campaign.

    :raises Invalid: it ends before it begins, or its budget or held-back share cannot be.
    :raises Conflict: the key is taken.
    """
    _check(session, Campaign, programme, draft.key, draft.title_en)
    _check_terms(draft.starts_at, draft.ends_at, draft.budget, draft.held_back)
    campaign = Campaign(
        programme_id=programme.id,
        key=draft.key,
        title_en=draft.title_en.strip(),
        title_zh=draft.title_zh.strip() or draft.title_en.strip(),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        budget=draft.budget,
        held_back=draft.held_back,
        salt=str(new_id()),
        created_at=now,
        changed_at=now,
        changed_by=by,
    )
    session.add(campaign)
    session.flush()
    after = {"key": draft.key, "budget": draft.budget, "held_back": draft.held_back}
    record(session, "loyalty.campaign_created", subject_of(session, campaign), after=after)
    return campaign


def change_campaign(
    session: Session,
    campaign: Campaign,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Change titles, instants, budget or control group of a campaign; what it gave stays given.

    :param expected_version: the version that the person saw.
    :raises Invalid: a value that does not do, a budget below what is spent, or another control
        group after the first points: the two groups could not be compared any more.
    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, campaign, expected_version)
    before = _shown_campaign(campaign)
    for name in changes.keys() - _OF_CAMPAIGN:
        raise Invalid(N_("%(name)s of a campaign cannot be changed."), name=name)
    after = {**before, **changes}
    _require_title(after["title_en"])
    after["title_zh"] = after["title_zh"].strip() or after["title_en"].strip()
    _check_terms(after["starts_at"], after["ends_at"], after["budget"], after["held_back"])
    if after["budget"] is not None and after["budget"] < campaign.spent:
        raise Invalid(
            N_("It has spent %(spent)s already; the budget cannot be less."),
            spent=campaign.spent,
            fields={"budget": []},
        )
    if campaign.spent and after["held_back"] != campaign.held_back:
        raise Invalid(
            N_("The control group cannot change any more: the campaign has given points."),
            fields={"held_back": []},
        )
    for name in _OF_CAMPAIGN:
        setattr(campaign, name, after[name])
    campaign.changed_at, campaign.changed_by = now, by
    campaign.version += 1
    session.flush()
    subject = subject_of(session, campaign)
    record(session, "loyalty.campaign_changed", subject, before=before, after=after)


def set_campaign_state(
    session: Session,
    campaign: Campaign,
    state: str,
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Let a campaign run, pause it, or put it away.

    :param expected_version: the version that the person saw.
    :raises Invalid: there is no such state.
    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, campaign, expected_version)
    before = {"state": campaign.state}
    campaign.state = _state(state)
    campaign.changed_at, campaign.changed_by = now, by
    campaign.version += 1
    session.flush()
    subject = subject_of(session, campaign)
    record(session, "loyalty.campaign_changed", subject, before=before, after={"state": state})


def find_rule(session: Session, programme: Programme, key: str) -> EarningRule:
    """Return a rule by its key.

    :raises NotFound: there is none.
    """
    query = select(EarningRule).where(EarningRule.programme_id == programme.id)
    found = session.scalar(query.where(EarningRule.key == as_key(key)))
    if found is None:
        raise NotFound(N_("There is no rule %(key)s."), key=key)
    return found


def find_campaign(session: Session, programme: Programme, key: str) -> Campaign:
    """Return a campaign by its key.

    :raises NotFound: there is none.
    """
    query = select(Campaign).where(Campaign.programme_id == programme.id)
    found = session.scalar(query.where(Campaign.key == as_key(key)))
    if found is None:
        raise NotFound(N_("There is no campaign %(key)s."), key=key)
    return found


def subject_of(session: Session, one: EarningRule | Campaign) -> tuple[str, str]:
    """Return under what the audit log keeps the changes of a rule or campaign."""
    programme = session.get_one(Programme, one.programme_id)
    kind = "loyalty_rule" if isinstance(one, EarningRule) else "loyalty_campaign"
    return kind, f"{programme.key}.{one.key}"


def _check(session: Session, kind: Any, programme: Programme, key: str, title: str) -> None:
    if not _KEY.fullmatch(key):
        raise Invalid(
            N_("A key begins with a letter and has small letters, digits and _ only."),
            fields={"key": []},
        )
    _require_title(title)
    taken = select(kind.id).where(kind.programme_id == programme.id, kind.key == key)
    if session.scalar(taken) is not None:
        raise Conflict(N_("There is a %(key)s already."), key=key)


def _require_title(title: str) -> None:
    if not title.strip():
        raise Invalid(N_("Give it a title."), fields={"title_en": []})


def _check_terms(
    starts_at: datetime | None, ends_at: datetime | None, budget: int | None, held_back: int
) -> None:
    if starts_at and ends_at and ends_at <= starts_at:
        raise Invalid(N_("It ends before it begins."), fields={"ends_at": []})
    if budget is not None and not 0 < budget <= 10**15:
        raise Invalid(N_("A budget is a whole number above zero."), fields={"budget": []})
    if not 0 <= held_back < 10_000:
        raise Invalid(N_("Hold back less than everybody."), fields={"held_back": []})


def _unit(session: Session, programme: Programme, key: str) -> UUID:
    query = select(Unit.id).where(Unit.programme_id == programme.id, Unit.key == key)
    found = session.scalar(query)
    if found is None:
        raise NotFound(N_("The programme has no unit %(key)s."), key=key)
    return found


def _checked(session: Session, stored: Mapping[str, Any]) -> dict[str, Any]:
    check_storable(stored, "definition")
    definition = read_definition(stored)
    _know_attributes(session, definition)
    return write_definition(definition)


def _know_attributes(session: Session, definition: Definition) -> None:
    known = attributes_of(session)
    for wanted in definition.conditions.attributes:
        if wanted.key not in known:
            raise Invalid(
                N_("There is no attribute %(key)s."), key=wanted.key, fields={"attributes": []}
            )


def _state(value: str) -> str:
    if value not in STATES:
        raise Invalid(N_("It is active, paused or archived."), fields={"state": []})
    return value


def _shown(rule: EarningRule) -> dict[str, Any]:
    return {
        "key": rule.key,
        "definition": dict(rule.definition),
        "priority": rule.priority,
        "state": rule.state,
    }


def _shown_campaign(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in _OF_CAMPAIGN}
