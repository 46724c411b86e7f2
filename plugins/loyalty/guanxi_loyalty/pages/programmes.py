"""Make, change, pause, resume and check programmes."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import (
    Conflict,
    Invalid,
    NotFound,
    PreconditionFailed,
    Refused,
    current,
    settings_of,
    web,
)
from guanxi_loyalty import checking
from guanxi_loyalty.models import Programme, Unit
from guanxi_loyalty.pages.blueprint import MANAGE, VIEW, pages
from guanxi_loyalty.pages.changes import changes_of, may_audit
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.programme_form import (
    complain,
    draw_form,
    form_of,
    new_form,
    read_currency,
    read_policies_form,
    read_titles,
    read_zone,
)
from guanxi_loyalty.pages.typed import Typed, key_for
from guanxi_loyalty.policies import read_policies
from guanxi_loyalty.policy_sentences import policies_in_words
from guanxi_loyalty.programmes import (
    ProgrammeDraft,
    change_programme,
    create_programme,
    find_programme,
)
from guanxi_loyalty.ready import CLUB_POLICIES, club_tiers, retail_club, step_of
from guanxi_loyalty.texts import _
from guanxi_loyalty.tiers.policy import read_tiers
from guanxi_loyalty.tiers.sentences import benefits_in_words, tiers_in_words
from guanxi_loyalty.turning import turn
from guanxi_loyalty.wording import Wording, title_of

Answer = str | tuple[str, int] | Response
REFUSALS = (Invalid, Conflict, NotFound, PreconditionFailed, Refused)


@pages.get("/programmes/ready", permission=MANAGE)
def choose_programme() -> str:
    """What a retail club brings, to take as it is; or the empty form."""
    currency, zone = _company(current.session())
    language = web.language()
    tiers = read_tiers(club_tiers())
    return render_template(
        "loyalty/programme_ready.html",
        currency=currency,
        time_zone=zone,
        policies=policies_in_words(CLUB_POLICIES, language),
        step=Wording(language).money(step_of(currency), currency),
        tiers=[
            {
                "title": title_of(tier, language),
                "threshold": tier.threshold,
                "benefits": benefits_in_words(tier, {}, language),
            }
            for tier in tiers.tiers
        ],
        rises=tiers_in_words(tiers, language),
    )


@pages.post("/programmes/ready", permission=MANAGE)
def make_ready_programme() -> Answer:
    """Make the retail club."""
    session = current.tx()
    currency, zone = _company(session)
    key = key_for("club", _keys(session), "club")
    made = retail_club(
        session, key, currency=currency, time_zone=zone, now=current.now(), by=actor()
    )
    flash(_("The club is there, with its rules and tiers. Change what differs."), "success")
    return redirect(url_for("loyalty.edit_programme", key=made.key))


@pages.get("/programmes/new", permission=MANAGE)
def new_programme() -> str:
    """The empty form."""
    return draw_form(new_form(*_company(current.session())), None)


@pages.post("/programmes/new", permission=MANAGE)
def add_programme() -> Answer:
    """Make the programme."""
    session, form = current.tx(), Typed.sent()
    titles, currency, zone = read_titles(form), read_currency(form), read_zone(form)
    policies = read_policies_form(form, currency)
    key = form.get("key") or key_for(titles["title_en"], _keys(session), "programme")
    if form.errors:
        return draw_form(form, None), 422
    try:
        draft = ProgrammeDraft(
            key,
            titles["title_en"],
            titles["title_zh"],
            currency,
            zone,
            policies=read_policies(policies),
        )
        create_programme(session, draft, now=current.now(), by=actor())
    except REFUSALS as error:
        complain(form, error)
        return draw_form(form, None), error.status
    flash(_("The programme is there. Say now by which rules members earn."), "success")
    return redirect(url_for("loyalty.rules", programme=key))


@pages.get("/programmes/<key>/edit", permission=MANAGE)
def edit_programme(key: str) -> str:
    """The form filled with the programme."""
    programme = find_programme(current.session(), key)
    return draw_form(form_of(programme), programme)


@pages.post("/programmes/<key>/edit", permission=MANAGE)
def save_programme(key: str) -> Answer:
    """Change titles and policies, unless somebody else was faster."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    titles = read_titles(form)
    policies = {**programme.policies, **read_policies_form(form, programme.currency)}
    if form.errors:
        return draw_form(form, programme), 422
    try:
        change_programme(
            session,
            programme,
            titles,
            policies,
            now=current.now(),
            by=actor(),
            expected_version=web.form_version(),
        )
    except REFUSALS as error:
        complain(form, error)
        return draw_form(form, programme), error.status
    flash(_("Saved. It counts for what is earned from now on."), "success")
    return redirect(url_for("loyalty.index"))


@pages.post("/programmes/<key>/state", permission=MANAGE)
def change_programme_state(key: str) -> Response:
    """Pause the programme, or let it take commands again if its ledger fits."""
    session, wanted = current.tx(), request.form.get("state", "")
    try:
        _set_state(session, key, wanted, Typed.sent().text("reason") or None, current.now())
    except REFUSALS as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
    return redirect(url_for("loyalty.index"))


@pages.post("/programmes/<key>/check", permission=MANAGE)
def check_programme(key: str) -> str:
    """Recompute the programme now, and show what was found; what does not fit stops it."""
    session, now = current.tx(), current.now()
    programme = find_programme(session, key)
    checked = checking.inspect(session, now=now, only=key)
    wrong = checking.follow_up(session, checked, now=now, by=actor())
    session.flush()
    return render_template(
        "loyalty/programme_checked.html",
        title=title_of(programme, web.language()),
        programme=programme,
        parts=[{"name": part_title(session, one), "part": one} for one in checked],
        wrong=wrong,
    )


@pages.get("/programmes/<key>/history", permission=VIEW)
def show_programme_history(key: str) -> str:
    """What was changed, by whom and when."""
    session = current.session()
    programme = find_programme(session, key)
    return render_template(
        "loyalty/changes.html",
        title=title_of(programme, web.language()),
        section="index",
        back=url_for("loyalty.index"),
        back_title=_("Programmes"),
        changes=changes_of(session, ("loyalty_programme", key), _policy_words()),
        may_audit=may_audit(),
        subject=("loyalty_programme", key),
    )


def _policy_words() -> dict[str, Any]:
    """Return how policies are said in the history."""
    language = web.language()
    roundings = {"down": _("down"), "half_up": _("to the nearest"), "up": _("up")}
    return {
        "expiry": lambda one: policies_in_words(read_policies({"expiry": one}), language)[1],
        "rounding": lambda one: roundings.get(one, one),
    }


def part_title(session: Session, part: checking.Checked) -> str:
    """Return what a part of the check is called."""
    if part.part == checking.CARDS:
        return _("Gift cards")
    if part.part == checking.TIERS:
        return _("Tiers")
    programme = find_programme(session, part.programme)
    units = {unit.key: unit for unit in programme_units(session, programme)}
    return title_of(units[part.part], web.language())


def programme_units(session: Session, programme: Programme) -> list[Unit]:
    """Return the units of a programme, those to spend first."""
    wanted = select(Unit).where(Unit.programme_id == programme.id)
    return list(session.scalars(wanted.order_by(Unit.kind.desc(), Unit.key)))


def _set_state(session: Session, key: str, state: str, reason: str | None, now: datetime) -> None:
    programme, version = find_programme(session, key), web.form_version()
    if state not in ("active", "paused"):
        raise Invalid(_("A programme is paused or resumed."))
    turn(session, programme, state, reason, now=now, by=actor(), expected_version=version)
    flash(_("Resumed.") if state == "active" else _("Paused."), "success")


def _company(session: Session) -> tuple[str, str]:
    core = settings_of(session, "core")
    return core["currency"], core["time_zone"]


def _keys(session: Session) -> list[str]:
    return list(session.scalars(select(Programme.key)))
