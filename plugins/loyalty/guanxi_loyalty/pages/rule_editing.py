"""Make and change earning rules with the form; pause, archive and restore them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, NotFound, current, web
from guanxi_loyalty.earning.book import rule_facts
from guanxi_loyalty.earning.definitions import read_definition
from guanxi_loyalty.earning.facts import CampaignFacts, RuleFacts
from guanxi_loyalty.earning.rules import (
    RuleDraft,
    change_rule,
    create_rule,
    find_campaign,
    find_rule,
    subject_of,
)
from guanxi_loyalty.earning.sentences import rule_in_words
from guanxi_loyalty.models import Campaign, EarningRule, Programme, Unit
from guanxi_loyalty.pages.attribute_rows import row_of
from guanxi_loyalty.pages.blueprint import MANAGE, VIEW, pages
from guanxi_loyalty.pages.changes import changes_of, may_audit
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.naming import names_of, visible_attributes
from guanxi_loyalty.pages.programme_form import read_titles
from guanxi_loyalty.pages.programmes import REFUSALS, Answer
from guanxi_loyalty.pages.rule_drawing import attribute_options, draw_form, triggers
from guanxi_loyalty.pages.rule_form import (
    RENAMED,
    RuleForm,
    filled,
    open_form,
    read_form,
    read_priority,
    rule_values,
)
from guanxi_loyalty.pages.rule_kinds import CONTACT, KINDS, group_of, rule_kind
from guanxi_loyalty.pages.typed import Typed, key_for
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import title_of


@pages.get("/rules/<key>/kinds", permission=MANAGE)
def choose_rule(key: str) -> str:
    """The usual rules to start from."""
    programme = find_programme(current.session(), key)
    return render_template(
        "loyalty/rule_kinds.html", kinds=KINDS, programme=programme, language=web.language()
    )


@pages.get("/rules/<key>/new", permission=MANAGE)
def new_rule(key: str) -> str:
    """The form of a usual rule."""
    session = current.session()
    kind = rule_kind(request.args.get("kind", ""))
    values = {
        "title_en": kind.title.en,
        "title_zh": kind.title.zh,
        "priority": "100",
        "trigger": kind.trigger,
        "unit": "points",
        "campaign": request.args.get("campaign", ""),
    }
    form = open_form(session, find_programme(session, key), kind.group, Typed(values))
    form.kind, form.stored = kind, kind.definition
    return draw_form(session, filled(session, form))


@pages.post("/rules/<key>/new", permission=MANAGE)
def add_rule(key: str) -> Answer:
    """Make the rule."""
    session = current.tx()
    form = _sent(session, find_programme(session, key), None)
    draft = _draft(session, form)
    if form.typed.errors:
        return draw_form(session, form), 422
    try:
        create_rule(session, form.programme, draft, now=current.now(), by=actor())
    except REFUSALS as error:
        form.typed.complain(error, RENAMED)
        return draw_form(session, form), error.status
    flash(_("The rule is in force for what comes by from now on."), "success")
    return redirect(url_for("loyalty.rules", programme=key))


@pages.get("/rules/<key>/<rule_key>/edit", permission=MANAGE)
def edit_rule(key: str, rule_key: str) -> str:
    """The form filled with the rule."""
    session = current.session()
    programme = find_programme(session, key)
    rule = find_rule(session, programme, rule_key)
    form = open_form(session, programme, group_of(rule.trigger), rule_values(rule))
    form.rule, form.stored = rule, rule.definition
    return draw_form(session, filled(session, form))


@pages.post("/rules/<key>/<rule_key>/edit", permission=MANAGE)
def save_rule(key: str, rule_key: str) -> Answer:
    """Change the rule, unless somebody else was faster."""
    session = current.tx()
    programme = find_programme(session, key)
    form = _sent(session, programme, find_rule(session, programme, rule_key))
    changes: dict[str, Any] = {**read_titles(form.typed), "definition": read_form(session, form)}
    changes["priority"] = read_priority(form.typed)
    if form.typed.errors:
        return draw_form(session, form), 422
    try:
        _change(session, programme, rule_key, changes)
    except REFUSALS as error:
        form.typed.complain(error, RENAMED)
        return draw_form(session, form), error.status
    flash(_("Saved. It counts for what comes by from now on."), "success")
    return redirect(url_for("loyalty.rules", programme=key))


@pages.post("/rules/<key>/<rule_key>/state", permission=MANAGE)
def change_rule_state(key: str, rule_key: str) -> Response:
    """Pause the rule, let it act again, put it away, or take it back paused."""
    session, state = current.tx(), request.form.get("state", "")
    said = {
        "active": _("The rule acts again."),
        "paused": _("The rule is paused."),
        "archived": _("Put into the archive. What it gave stays given."),
    }
    try:
        _change(session, find_programme(session, key), rule_key, {"state": state})
        flash(said[state], "success")
    except REFUSALS as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
    return redirect(url_for("loyalty.rules", programme=key))


@pages.get("/rules/<key>/<rule_key>/history", permission=VIEW)
def show_rule_history(key: str, rule_key: str) -> str:
    """What was changed of the rule, by whom and when."""
    session = current.session()
    rule = find_rule(session, find_programme(session, key), rule_key)
    subject = subject_of(session, rule)
    return render_template(
        "loyalty/changes.html",
        title=title_of(rule, web.language()),
        section="rules",
        back=url_for("loyalty.rules", programme=key),
        back_title=_("Rules and campaigns"),
        changes=changes_of(session, subject, {"definition": partial(_in_words, session, rule)}),
        may_audit=may_audit(),
        subject=subject,
    )


@pages.post("/rules/<key>/sentence", permission=MANAGE)
def draw_sentence(key: str) -> str:
    """What the rule in the form does, in words; nothing is stored."""
    session = current.session()
    programme = find_programme(session, key)
    own = request.form.get("own_key", "")
    form = _sent(session, programme, find_rule(session, programme, own) if own else None)
    definition = read_form(session, form)
    sentence = ""
    if not form.typed.errors:
        sentence = _sentence(session, form, definition)
    return render_template("loyalty/_sentence.html", sentence=sentence)


@pages.get("/rules/<key>/condition", permission=MANAGE)
def draw_condition(key: str) -> str:
    """A row of conditions on members, with the controls that fit its attribute."""
    session = current.session()
    find_programme(session, key)
    row = request.args.get("row", "")
    number = int(row) if row.isdecimal() and row.isascii() and len(row) < 3 else 0
    typed = Typed.sent(request.args)
    seen = visible_attributes(session)
    return render_template(
        "loyalty/_condition.html",
        row=row_of(typed, number, seen),
        attributes=attribute_options(seen),
        programme_key=key,
    )


def _change(session: Session, programme: Programme, key: str, changes: Mapping[str, Any]) -> None:
    version = web.form_version()
    rule = find_rule(session, programme, key)
    change_rule(session, rule, changes, now=current.now(), by=actor(), expected_version=version)


def _sent(session: Session, programme: Programme, rule: EarningRule | None) -> RuleForm:
    typed = Typed.sent()
    kind = None if rule is not None else rule_kind(request.form.get("kind", ""))
    group = group_of(rule.trigger) if rule is not None else kind.group if kind else CONTACT
    form = open_form(session, programme, group, typed)
    form.rule, form.kind = rule, kind
    form.stored = rule.definition if rule is not None else None
    return form


def _draft(session: Session, form: RuleForm) -> RuleDraft:
    typed = form.typed
    titles, definition = read_titles(typed), read_form(session, form)
    taken = select(EarningRule.key).where(EarningRule.programme_id == form.programme.id)
    return RuleDraft(
        key=typed.get("key") or key_for(titles["title_en"], session.scalars(taken), "rule"),
        unit=typed.choice("unit", form.names.units, "points"),
        trigger=_trigger(form),
        definition=definition,
        priority=read_priority(typed),
        campaign=typed.choice("campaign", form.names.campaigns) or None,
        **titles,
    )


def _trigger(form: RuleForm) -> str:
    if form.kind is not None and form.group != CONTACT:
        return form.kind.trigger
    found = form.typed.choice("trigger", triggers(form))
    if not found:
        form.typed.wrong("trigger", _("Choose the kind of touchpoint."))
    return found


def _sentence(session: Session, form: RuleForm, definition: dict[str, Any]) -> str:
    if form.rule is not None:
        return _in_words(session, form.rule, definition)
    try:
        read = read_definition(definition)
    except Invalid:
        return ""
    unit, campaign = form.typed.get("unit") or "points", _campaign(session, form)
    rule = RuleFacts(form.programme.id, "", unit, _trigger(form), read, campaign=campaign)
    return rule_in_words(rule, form.names)


def _in_words(session: Session, rule: EarningRule, definition: dict[str, Any]) -> str:
    """Return what a rule does, or did, by a definition of it."""
    unit = session.get_one(Unit, rule.unit_id)
    campaign = session.get(Campaign, rule.campaign_id) if rule.campaign_id else None
    facts = rule_facts(rule, unit.key, campaign)
    programme = session.get_one(Programme, rule.programme_id)
    try:
        read = read_definition(definition)
    except Invalid:
        return ""
    return rule_in_words(replace(facts, definition=read), names_of(session, programme))


def _campaign(session: Session, form: RuleForm) -> CampaignFacts | None:
    key = form.typed.get("campaign")
    try:
        found = find_campaign(session, form.programme, key) if key else None
    except NotFound:
        return None
    return None if found is None else CampaignFacts(found.id, found.key)
