"""Codes of a set made: few are shown once, many downloaded once; a batch is blocked together."""

import base64
import csv
import io
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, NotFound, Refused, current, web
from guanxi_loyalty import vouchers
from guanxi_loyalty.models import CodeSet, Programme
from guanxi_loyalty.pages.blueprint import MANAGE, pages
from guanxi_loyalty.pages.code_sets import SET, draw_set
from guanxi_loyalty.pages.code_words import effect_in_words
from guanxi_loyalty.pages.forms import actor, words
from guanxi_loyalty.pages.showing_codes import scanned
from guanxi_loyalty.pages.typed import Typed
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import _, ngettext
from guanxi_loyalty.vouchers.batches import BatchAsk, ask_codes, block_batch, fetch, find_batch
from guanxi_loyalty.vouchers.making import MOST
from guanxi_loyalty.vouchers.secrecy import LONGEST, SHORTEST, spaced
from guanxi_loyalty.wording import title_of

Answer = str | tuple[str, int] | Response
_REFUSALS: Final = (Invalid, Conflict, Refused)


@pages.post(f"{SET}/make", permission=MANAGE)
def make_more_codes(key: str, set_key: str) -> Answer:
    """Make codes: few are shown at once and never again, many are made in the background."""
    session, form = current.tx(), Typed.sent()
    programme, found = _find(session, key, set_key)
    count, length = form.whole("count", 1, MOST), form.whole("length", SHORTEST, LONGEST)
    if count is None:
        form.wrong("count", _("Say how many codes are to be made."))
    batch_id = _batch_id(form)
    if form.errors or count is None or batch_id is None:
        return _again(form, key, set_key, 422)
    ask = BatchAsk(batch_id, count, length or 16, current.now(), actor())
    try:
        batch, made = ask_codes(session, found, ask, current.platform().secrets)
    except _REFUSALS as error:
        form.complain(error)
        return _again(form, key, set_key, error.status)
    if made:
        return _draw_made(programme, found, [(one.serial, one.code) for one in made])
    if batch.state == "making":
        flash(_("The codes are being made. Download them here when they are ready."), "info")
    else:
        flash(_("These codes were made and shown before; nobody can see them again."), "warning")
    return _to_set(key, set_key)


@pages.post(f"{SET}/batches/<uuid:batch_id>/fetch", permission=MANAGE)
def fetch_batch(key: str, set_key: str, batch_id: UUID) -> Response:
    """Download the codes of a batch, this once."""
    session = current.tx()
    _programme, found = _find(session, key, set_key)
    batch = find_batch(session, found, batch_id)
    try:
        codes = fetch(session, found, batch, current.platform().secrets, now=current.now())
        body = _csv(codes)
    except (Conflict, NotFound) as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
        return _to_set(key, set_key)
    name = f"{found.key}-{batch.first_serial}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return FileResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@pages.post(f"{SET}/batches/<uuid:batch_id>/block", permission=MANAGE)
def block_whole_batch(key: str, set_key: str, batch_id: UUID) -> Response:
    """Let none of a batch's codes work that was not used."""
    session = current.tx()
    _programme, found = _find(session, key, set_key)
    batch = find_batch(session, found, batch_id)
    try:
        blocked = block_batch(session, found, batch, words("reason"))
    except _REFUSALS as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
    else:
        flash(ngettext("%(num)s code blocked.", "%(num)s codes blocked.", blocked), "success")
    return _to_set(key, set_key)


def _draw_made(programme: Programme, found: CodeSet, made: list[tuple[int, str]]) -> str:
    file = base64.b64encode(_csv(made)).decode()
    return render_template(
        "loyalty/codes_made.html",
        programme=programme,
        found=found,
        title=title_of(found, web.language()),
        effect=effect_in_words(found, programme),
        codes=[{"serial": serial, **scanned(code)} for serial, code in made],
        file=f"data:text/csv;charset=utf-8;base64,{file}",
    )


def _csv(codes: Iterable[tuple[int, str]]) -> bytes:
    """Return codes as a file for a spreadsheet; the mark at its beginning tells Excel of UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([_("Number"), _("Code")])
    writer.writerows((serial, spaced(code)) for serial, code in codes)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _batch_id(form: Typed) -> UUID | None:
    try:
        return UUID(request.form.get("batch", ""))
    except ValueError:
        form.wrong("form", _("This form is incomplete. Open the page again and repeat it."))
        return None


def _find(session: Session, key: str, set_key: str) -> tuple[Programme, CodeSet]:
    programme = find_programme(session, key)
    return programme, vouchers.find_set(session, programme, set_key)


def _to_set(key: str, set_key: str) -> Response:
    return redirect(url_for("loyalty.show_code_set", key=key, set_key=set_key))


def _again(form: Typed, key: str, set_key: str, status: int) -> tuple[str, int]:
    web.drop_transaction()
    session = current.session()
    return draw_set(session, *_find(session, key, set_key), form), status
