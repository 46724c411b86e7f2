"""The tiers of a programme: the ladder with its members and benefits, and how it is changed."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, current, web
from guanxi_loyalty.models import Programme, TierPolicy
from guanxi_loyalty.moments import start_of
from guanxi_loyalty.pages.blueprint import MANAGE, VIEW, pages
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.programmes import REFUSALS, Answer
from guanxi_loyalty.pages.tier_form import (
    RENAMED,
    draw_form,
    form_of,
    read_tiers_form,
    voucher_options,
)
from guanxi_loyalty.pages.typed import Typed
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.ready import club_tiers
from guanxi_loyalty.texts import _
from guanxi_loyalty.tiers.foreseeing import foresee, members_by_tier
from guanxi_loyalty.tiers.policies import set_tiers, tiers_of, version_count
from guanxi_loyalty.tiers.policy import SCALE, Policy, read_tiers
from guanxi_loyalty.tiers.sentences import benefits_in_words, tiers_in_words
from guanxi_loyalty.wording import Wording, title_of


@pages.get("/tiers", permission=VIEW)
def tiers() -> str:
    """The ladder that is in force, and what was or will be."""
    session, now = current.session(), current.now()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/tiers.html", programme=None)
    book, language = tiers_of(session, programme), web.language()
    policy = book.in_force(now) if book is not None else None
    return render_template(
        "loyalty/tiers.html",
        programme=programme,
        title=title_of(programme, language),
        choices=programme_options(session),
        ladder=_ladder(session, programme, policy) if policy is not None else [],
        sentences=tiers_in_words(policy, language) if policy is not None else [],
        versions=_versions(session, programme, now),
    )


@pages.get("/tiers/<key>/edit", permission=MANAGE)
def edit_tiers(key: str) -> str:
    """The form filled with the latest tiers, or with usual ones."""
    session = current.session()
    programme = find_programme(session, key)
    book = tiers_of(session, programme)
    policy = book.versions[-1].policy if book is not None else read_tiers(club_tiers())
    form = form_of(policy, version_count(session, programme))
    return draw_form(session, programme, form, first=book is None)


@pages.post("/tiers/<key>/edit", permission=MANAGE)
def save_tiers(key: str) -> Answer:
    """Put other tiers in force, unless somebody else was faster."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    definition, since = read_tiers_form(session, programme, form), form.day("since")
    first = not version_count(session, programme)
    if form.errors:
        return draw_form(session, programme, form, first=first), 422
    zone = ZoneInfo(programme.time_zone)
    try:
        set_tiers(
            session,
            programme,
            definition,
            now=current.now(),
            by=actor(),
            since=start_of(since, zone) if since is not None else None,
            expected_versions=web.form_version(),
        )
    except REFUSALS as error:
        form.complain(error, RENAMED)
        return draw_form(session, programme, form, first=first), error.status
    flash(_("Saved. All members are looked at again, in the background."), "success")
    return redirect(url_for("loyalty.tiers", programme=key))


@pages.post("/tiers/<key>/preview", permission=MANAGE)
def foresee_tiers(key: str) -> str:
    """How many members would be in each tier, by what is in the form; nothing is stored."""
    session, form = current.session(), Typed.sent()
    programme = find_programme(session, key)
    definition = read_tiers_form(session, programme, form)
    policy = None
    if not form.errors:
        try:
            policy = read_tiers(definition)
        except Invalid:
            policy = None
    if policy is None:
        return render_template("loyalty/_tiers_foreseen.html", lines=None, found=None)
    found = foresee(session, programme, policy, now=current.now())
    titles = [title_of(tier, web.language()) for tier in policy.tiers]
    return render_template(
        "loyalty/_tiers_foreseen.html",
        found=found,
        lines=list(zip(titles, found.counts, strict=True)) if found.known else None,
    )


def _ladder(session: Session, programme: Programme, policy: Policy) -> list[dict[str, Any]]:
    """Return the tiers, the highest first, with their members."""
    language = web.language()
    wording, members = Wording(language), members_by_tier(session, programme)
    vouchers = voucher_options(session, programme)
    lowest = policy.tiers[0].key
    members[lowest] = members.get(lowest, 0) + members.pop(None, 0)
    whole = sum(members.values())
    return [
        {
            "title": title_of(tier, language),
            "threshold": _threshold(tier.threshold, policy, programme, wording),
            "benefits": benefits_in_words(tier, vouchers, language),
            "members": members.get(tier.key, 0),
            "share": members.get(tier.key, 0) / whole if whole else None,
        }
        for tier in reversed(policy.tiers)
    ]


def _threshold(threshold: int, policy: Policy, programme: Programme, wording: Wording) -> str:
    if policy.basis == "spend":
        return wording.money(Decimal(threshold) / SCALE, programme.currency)
    return wording.number(threshold)


def _versions(session: Session, programme: Programme, now: datetime) -> list[dict[str, Any]]:
    """Return when tiers were changed, or will be, and by whom; the latest first."""
    wanted = select(TierPolicy).where(TierPolicy.programme_id == programme.id)
    found = session.scalars(wanted.order_by(TierPolicy.in_force_from.desc()))
    language = web.language()
    return [
        {
            "since": one.in_force_from,
            "by": one.created_by,
            "waits": one.in_force_from > now,
            "tiers": [title_of(tier, language) for tier in read_tiers(one.definition).tiers],
        }
        for one in found
    ]
