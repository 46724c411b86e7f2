"""Make and change campaigns: when they run, their budget, and the group held back to compare."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.sdk import current, web
from guanxi_loyalty.earning.rules import (
    CampaignDraft,
    change_campaign,
    create_campaign,
    find_campaign,
    set_campaign_state,
    subject_of,
)
from guanxi_loyalty.models import Campaign, Programme
from guanxi_loyalty.pages.blueprint import MANAGE, VIEW, pages
from guanxi_loyalty.pages.changes import changes_of, may_audit
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.programme_form import read_titles
from guanxi_loyalty.pages.programmes import REFUSALS, Answer
from guanxi_loyalty.pages.typed import Typed, key_for, local, plain
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import title_of

_MOST_BUDGET = 10**15


@pages.get("/campaigns/<key>/new", permission=MANAGE)
def new_campaign(key: str) -> str:
    """The empty form."""
    return _draw(Typed({"held_back": "0"}), find_programme(current.session(), key), None)


@pages.post("/campaigns/<key>/new", permission=MANAGE)
def add_campaign(key: str) -> Answer:
    """Make the campaign."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    values = _read(form, programme)
    taken = session.scalars(select(Campaign.key).where(Campaign.programme_id == programme.id))
    campaign_key = form.get("key") or key_for(values["title_en"], taken, "campaign")
    if form.errors:
        return _draw(form, programme, None), 422
    try:
        draft = CampaignDraft(campaign_key, **values)
        create_campaign(session, programme, draft, now=current.now(), by=actor())
    except REFUSALS as error:
        form.complain(error)
        return _draw(form, programme, None), error.status
    flash(_("The campaign is there. Make the rules that belong to it."), "success")
    return redirect(url_for("loyalty.rules", programme=key))


@pages.get("/campaigns/<key>/<campaign_key>/edit", permission=MANAGE)
def edit_campaign(key: str, campaign_key: str) -> str:
    """The form filled with the campaign."""
    session = current.session()
    programme = find_programme(session, key)
    campaign, zone = find_campaign(session, programme, campaign_key), _zone(programme)
    values = {
        "title_en": campaign.title_en,
        "title_zh": campaign.title_zh,
        "starts_at": local(campaign.starts_at, zone),
        "ends_at": local(campaign.ends_at, zone),
        "budget": plain(campaign.budget),
        "held_back": plain(campaign.held_back // 100 if not campaign.held_back % 100
                           else campaign.held_back / 100),
        "version": str(campaign.version),
    }  # fmt: skip
    return _draw(Typed(values), programme, campaign)


@pages.post("/campaigns/<key>/<campaign_key>/edit", permission=MANAGE)
def save_campaign(key: str, campaign_key: str) -> Answer:
    """Change the campaign, unless somebody else was faster."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    campaign = find_campaign(session, programme, campaign_key)
    values = _read(form, programme)
    if form.errors:
        return _draw(form, programme, campaign), 422
    try:
        change_campaign(
            session,
            campaign,
            values,
            now=current.now(),
            by=actor(),
            expected_version=web.form_version(),
        )
    except REFUSALS as error:
        form.complain(error)
        return _draw(form, programme, campaign), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("loyalty.rules", programme=key))


@pages.post("/campaigns/<key>/<campaign_key>/state", permission=MANAGE)
def change_campaign_state(key: str, campaign_key: str) -> Response:
    """Let the campaign run, pause it, put it away, or take it back paused."""
    session, state = current.tx(), request.form.get("state", "")
    said = {
        "active": _("The campaign runs."),
        "paused": _("The campaign is paused."),
        "archived": _("Put into the archive. What its rules gave stays given."),
    }
    try:
        version = web.form_version()
        campaign = find_campaign(session, find_programme(session, key), campaign_key)
        set_campaign_state(
            session, campaign, state, now=current.now(), by=actor(), expected_version=version
        )
        flash(said[state], "success")
    except REFUSALS as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
    return redirect(url_for("loyalty.rules", programme=key))


@pages.get("/campaigns/<key>/<campaign_key>/history", permission=VIEW)
def show_campaign_history(key: str, campaign_key: str) -> str:
    """What was changed of the campaign, by whom and when."""
    session = current.session()
    campaign = find_campaign(session, find_programme(session, key), campaign_key)
    subject = subject_of(session, campaign)
    return render_template(
        "loyalty/changes.html",
        title=title_of(campaign, web.language()),
        section="rules",
        back=url_for("loyalty.rules", programme=key),
        back_title=_("Rules and campaigns"),
        changes=changes_of(session, subject),
        may_audit=may_audit(),
        subject=subject,
    )


def _read(form: Typed, programme: Programme) -> dict[str, Any]:
    """Return the values of a campaign; the group held back is typed in percent."""
    zone, titles = _zone(programme), read_titles(form)
    share = form.number("held_back") or 0
    hundredths = int(share * 100)
    if hundredths != share * 100 or not 0 <= hundredths < 10_000:
        form.wrong("held_back", _("Write a share below 100, with at most two decimals."))
    starts_at, ends_at = form.instant("starts_at", zone), form.instant("ends_at", zone)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        form.wrong("ends_at", _("It ends before it begins."))
    return {
        **titles,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "budget": form.whole("budget", 1, _MOST_BUDGET),
        "held_back": hundredths,
    }


def _zone(programme: Programme) -> ZoneInfo:
    return ZoneInfo(programme.time_zone)


def _draw(form: Typed, programme: Programme, campaign: Campaign | None) -> str:
    return render_template(
        "loyalty/campaign_edit.html",
        form=form,
        programme=programme,
        campaign=campaign,
    )
