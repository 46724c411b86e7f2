"""Sets of codes: the list, one with its use, made, changed, paused."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, NotFound, PreconditionFailed, Refused, current, web
from guanxi_loyalty import vouchers
from guanxi_loyalty.models import Code, CodeBatch, CodeSet, Programme
from guanxi_loyalty.pages.amounts import first_day_text, last_day_text
from guanxi_loyalty.pages.blueprint import MANAGE, VIEW, pages
from guanxi_loyalty.pages.code_form import draw_form, form_of, new_form, read_changes, read_new
from guanxi_loyalty.pages.code_words import (
    BATCH_STATES,
    effect_in_words,
    set_state_in_words,
    terms_in_words,
)
from guanxi_loyalty.pages.forms import actor, new_key
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.showing_codes import scanned
from guanxi_loyalty.pages.typed import Typed, key_for
from guanxi_loyalty.pages.words import money_of, state_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import _
from guanxi_loyalty.versions import lock_version
from guanxi_loyalty.vouchers.batches import AT_ONCE
from guanxi_loyalty.vouchers.changing import change_set
from guanxi_loyalty.vouchers.making import MOST
from guanxi_loyalty.vouchers.numbers import SetNumbers, code_numbers, numbers_of
from guanxi_loyalty.vouchers.secrecy import LONGEST, SHORTEST
from guanxi_loyalty.vouchers.sets import set_state
from guanxi_loyalty.wording import title_of

Answer = str | tuple[str, int] | Response
REFUSALS: Final = (Invalid, Conflict, NotFound, PreconditionFailed, Refused)
SET: Final = "/programmes/<key>/codes/<set_key>"
_SHOWN: Final = 50


@pages.get("/codes", permission=VIEW)
def codes() -> str:
    """All sets of one programme, the latest first."""
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/codes.html", programme=None)
    wanted = select(CodeSet).where(CodeSet.programme_id == programme.id)
    found = session.scalars(wanted.order_by(CodeSet.created_at.desc(), CodeSet.key))
    numbers = numbers_of(session, programme)
    return render_template(
        "loyalty/codes.html",
        programme=programme,
        title=title_of(programme, web.language()),
        choices=programme_options(session),
        rows=[_row(one, programme, numbers) for one in found],
    )


@pages.get("/programmes/<key>/codes/new", permission=MANAGE)
def new_code_set(key: str) -> str:
    """The empty form."""
    session = current.session()
    return draw_form(session, new_form(), find_programme(session, key), None)


@pages.post("/programmes/<key>/codes/new", permission=MANAGE)
def add_code_set(key: str) -> Answer:
    """Make the set; a shared code is made with it."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    new, changes = read_new(form, programme), read_changes(form, programme)
    if form.errors:
        return _again(form, key, None, 422)
    own = form.get("key") or key_for(changes["title_en"], _keys(session, programme), "codes")
    try:
        draft = vouchers.CodeSetDraft(key=own, **new, **changes)
        made = vouchers.create_set(session, programme, draft, now=current.now(), by=actor())
    except REFUSALS as error:
        form.complain(error)
        return _again(form, key, None, error.status)
    flash(_("The set is there.") if new["code"] else _("The set is there. Make its codes now."),
          "success")  # fmt: skip
    return redirect(url_for("loyalty.show_code_set", key=key, set_key=made.key))


@pages.get(SET, permission=VIEW)
def show_code_set(key: str, set_key: str) -> str:
    """One set: its terms, how much it was used, its codes and batches."""
    session = current.session()
    programme = find_programme(session, key)
    return draw_set(session, programme, vouchers.find_set(session, programme, set_key), Typed())


@pages.get(f"{SET}/batches", permission=VIEW)
def show_batches(key: str, set_key: str) -> str:
    """How far batches are; drawn again and again while one is being made."""
    session = current.session()
    programme = find_programme(session, key)
    found = vouchers.find_set(session, programme, set_key)
    return render_template("loyalty/_batches.html", **_batch_values(session, programme, found))


@pages.get(f"{SET}/edit", permission=MANAGE)
def edit_code_set(key: str, set_key: str) -> str:
    """The form filled with the set."""
    session = current.session()
    programme = find_programme(session, key)
    found = vouchers.find_set(session, programme, set_key)
    return draw_form(session, form_of(found, programme), programme, found)


@pages.post(f"{SET}/edit", permission=MANAGE)
def change_code_set(key: str, set_key: str) -> Answer:
    """Change the set, unless somebody else did meanwhile."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    found = vouchers.find_set(session, programme, set_key)
    changes = read_changes(form, programme, found)
    if form.errors:
        return _again(form, key, set_key, 422)
    try:
        seen = web.form_version()
        change_set(session, found, changes, expected_version=seen, now=current.now(), by=actor())
    except REFUSALS as error:
        form.complain(error)
        return _again(form, key, set_key, error.status)
    flash(_("Saved. It counts from the next order on."), "success")
    return redirect(url_for("loyalty.show_code_set", key=key, set_key=set_key))


@pages.post(f"{SET}/state", permission=MANAGE)
def change_code_set_state(key: str, set_key: str) -> Response:
    """Let the codes of a set work, or none of them."""
    session, state = current.tx(), request.form.get("state", "")
    found = vouchers.find_set(session, find_programme(session, key), set_key)
    back = redirect(url_for("loyalty.show_code_set", key=key, set_key=set_key))
    try:
        lock_version(session, found, web.form_version())
        if state not in ("active", "paused"):
            raise Invalid(_("A set is paused or resumed."))
        set_state(session, found, state, now=current.now(), by=actor())
    except REFUSALS as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
        return back
    flash(_("Resumed.") if state == "active" else _("Paused. None of its codes works now."),
          "success")  # fmt: skip
    return back


def draw_set(session: Session, programme: Programme, found: CodeSet, form: Typed) -> str:
    """Draw the page of a set, with the form for more codes as it was sent."""
    state, tone = set_state_in_words(found, current.now())
    shared = session.scalar(select(Code).where(Code.set_id == found.id, Code.text.is_not(None)))
    if not form.values:
        form.values = {"count": "1", "length": "16", "batch": new_key()}
    return render_template(
        "loyalty/code_set.html",
        title=title_of(found, web.language()),
        programme_title=title_of(programme, web.language()),
        state=state,
        tone=tone,
        terms=terms_in_words(found, programme),
        first_day=first_day_text(found.valid_from, programme),
        last_day=last_day_text(found.valid_to, programme),
        numbers=_numbers(session, programme, found),
        shared={**scanned(shared.text), "code": shared.text} if shared and shared.text else None,
        form=form,
        at_once=AT_ONCE,
        most=MOST,
        shortest=SHORTEST,
        longest=LONGEST,
        **_batch_values(session, programme, found),
    )


def _numbers(session: Session, programme: Programme, found: CodeSet) -> dict[str, Any]:
    used = numbers_of(session, programme).get(found.id, SetNumbers())
    counts = code_numbers(session, found)
    return {
        "uses": used.uses,
        "discount": money_of(used.discount, programme.currency),
        "made": counts.made,
        "used": counts.used,
        "blocked": counts.blocked,
    }


def _batch_values(session: Session, programme: Programme, found: CodeSet) -> dict[str, Any]:
    wanted = select(CodeBatch).where(CodeBatch.set_id == found.id)
    latest = wanted.order_by(CodeBatch.asked_at.desc(), CodeBatch.id.desc()).limit(_SHOWN)
    rows: list[dict[str, Any]] = [
        {
            "one": batch,
            "last_serial": batch.first_serial + batch.count - 1,
            **state_of(BATCH_STATES, batch.state),
        }
        for batch in session.scalars(latest)
    ]
    making = any(row["one"].state == "making" for row in rows)
    return {"programme": programme, "found": found, "batches": rows, "making": making}


def _row(
    found: CodeSet, programme: Programme, numbers: Mapping[UUID, SetNumbers]
) -> dict[str, Any]:
    state, tone = set_state_in_words(found, current.now())
    used = numbers.get(found.id, SetNumbers())
    return {
        "one": found,
        "title": title_of(found, web.language()),
        "effect": effect_in_words(found, programme),
        "first_day": first_day_text(found.valid_from, programme),
        "last_day": last_day_text(found.valid_to, programme),
        "uses": used.uses,
        "discount": money_of(used.discount, programme.currency),
        "state": state,
        "tone": tone,
    }


def _keys(session: Session, programme: Programme) -> list[str]:
    return list(session.scalars(select(CodeSet.key).where(CodeSet.programme_id == programme.id)))


def _again(form: Typed, key: str, set_key: str | None, status: int) -> tuple[str, int]:
    web.drop_transaction()
    session = current.session()
    programme = find_programme(session, key)
    found = vouchers.find_set(session, programme, set_key) if set_key else None
    return draw_form(session, form, programme, found), status
