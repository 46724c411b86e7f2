"""Make and change rewards, put more into stock, hide them and show them again."""

import re
from typing import Any, Final

from flask import flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, NotFound, PreconditionFailed, Refused, current, web
from guanxi_loyalty.models import CatalogueReward, Programme
from guanxi_loyalty.pages.blueprint import MANAGE, pages
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.reward_form import (
    draw_form,
    form_of,
    keep_upload,
    new_form,
    read_changes,
    read_new,
)
from guanxi_loyalty.pages.typed import Typed, key_for
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards.catalogue import (
    RewardDraft,
    add_stock,
    create_reward,
    find_reward,
    set_state,
)
from guanxi_loyalty.rewards.changing import change_reward as change
from guanxi_loyalty.rewards.changing import make_endless
from guanxi_loyalty.rewards.pictures import drop_unused
from guanxi_loyalty.texts import _
from guanxi_loyalty.versions import lock_version
from guanxi_loyalty.wording import title_of

Answer = str | tuple[str, int] | Response
REFUSALS: Final = (Invalid, Conflict, NotFound, PreconditionFailed, Refused)
_STEP: Final = re.compile(r"[+\-\N{MINUS SIGN}]?[0-9]{1,9}")
_REWARD: Final = "/programmes/<key>/rewards/<reward_key>"


@pages.get("/programmes/<key>/rewards/new", permission=MANAGE)
def new_reward(key: str) -> str:
    """The empty form."""
    session = current.session()
    return draw_form(session, new_form(), find_programme(session, key), None)


@pages.post("/programmes/<key>/rewards/new", permission=MANAGE)
def add_reward(key: str) -> Answer:
    """Put a reward into the catalogue."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    new = read_new(session, form, programme)
    changes = read_changes(session, form, programme, new["gives"])
    if not form.errors:
        keep_upload(session, form, changes)
    if form.errors:
        return _again(form, key, None, 422)
    own = form.get("key") or key_for(changes["title_en"], _keys(session, programme), "reward")
    try:
        draft = RewardDraft(key=own, **new, **changes)
        made = create_reward(session, programme, draft, now=current.now(), by=actor())
    except REFUSALS as error:
        form.complain(error)
        return _again(form, key, None, error.status)
    flash(_("In the catalogue: %(title)s.", title=title_of(made, web.language())), "success")
    return _to_list(key)


@pages.get(f"{_REWARD}/edit", permission=MANAGE)
def edit_reward(key: str, reward_key: str) -> str:
    """The form filled with the reward."""
    session = current.session()
    programme, reward = _find(session, key, reward_key)
    return draw_form(session, form_of(reward, programme), programme, reward)


@pages.post(f"{_REWARD}/edit", permission=MANAGE)
def change_reward(key: str, reward_key: str) -> Answer:
    """Change the reward, unless somebody else did meanwhile."""
    session, form = current.tx(), Typed.sent()
    programme, reward = _find(session, key, reward_key)
    changes = read_changes(session, form, programme, reward.gives, reward)
    if not form.errors:
        keep_upload(session, form, changes)
    if form.errors:
        return _again(form, key, reward_key, 422)
    before = reward.image
    try:
        change(
            session,
            reward,
            changes,
            expected_version=web.form_version(),
            now=current.now(),
            by=actor(),
        )
    except REFUSALS as error:
        form.complain(error)
        return _again(form, key, reward_key, error.status)
    if before != reward.image:
        drop_unused(session, before)
    flash(_("Saved."), "success")
    return _to_list(key)


@pages.post(f"{_REWARD}/stock", permission=MANAGE)
def restock_reward(key: str, reward_key: str) -> Response:
    """Put more into stock, take some out, or stop counting."""
    session = current.tx()
    _programme, reward = _find(session, key, reward_key)
    title = title_of(reward, web.language())
    try:
        if "endless" in request.form:
            seen = web.form_version()
            make_endless(session, reward, expected_version=seen, now=current.now(), by=actor())
            said = _("The stock of %(title)s is not counted any more.", title=title)
        else:
            left = add_stock(session, reward, _step(request.form.get("change", "")))
            said = _("%(title)s: %(left)s in stock.", title=title, left=left)
    except REFUSALS as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
        return _to_list(key)
    flash(said, "success")
    return _to_list(key)


@pages.post(f"{_REWARD}/state", permission=MANAGE)
def change_reward_state(key: str, reward_key: str) -> Response:
    """Hide a reward, or offer it again; what was taken stays taken."""
    session, state = current.tx(), request.form.get("state", "")
    _programme, reward = _find(session, key, reward_key)
    try:
        lock_version(session, reward, web.form_version())
        if state not in ("active", "archived"):
            raise Invalid(_("A reward is offered or hidden."))
        set_state(session, reward, state, now=current.now(), by=actor())
    except REFUSALS as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
        return _to_list(key)
    title = title_of(reward, web.language())
    said = _("Hidden: %(title)s.", title=title), _("Offered again: %(title)s.", title=title)
    flash(said[state == "active"], "success")
    return _to_list(key)


def _step(typed: str) -> int:
    plain = typed[:40].replace(",", "").replace(" ", "")
    if not plain.isascii() or not _STEP.fullmatch(plain) or not int(plain):
        raise Invalid(_("Write how many come in, or with a minus how many go out."))
    return int(plain)


def _find(session: Session, key: str, reward_key: str) -> tuple[Programme, CatalogueReward]:
    programme = find_programme(session, key)
    return programme, find_reward(session, programme, reward_key)


def _keys(session: Session, programme: Programme) -> list[str]:
    wanted = select(CatalogueReward.key).where(CatalogueReward.programme_id == programme.id)
    return list(session.scalars(wanted))


def _to_list(key: str) -> Response:
    return redirect(url_for("loyalty.rewards", programme=key))


def _again(form: Typed, key: str, reward_key: str | None, status: int) -> tuple[str, int]:
    """Draw the form again, with what is in the catalogue and not with what was tried."""
    web.drop_transaction()
    session: Any = current.session()
    found = find_programme(session, key)
    reward = find_reward(session, found, reward_key) if reward_key else None
    return draw_form(session, form, found, reward), status
