"""Decisions by hand: who is in a segment whatever its rule says, and who is not; lists."""

import re
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Customer, Invalid, current, web
from guanxi_segmentation.membership import pins
from guanxi_segmentation.pages.blueprint import MANAGE, VIEW, pages
from guanxi_segmentation.pages.segment_head import segment_head
from guanxi_segmentation.pages.ticking import ticked, ticked_hits
from guanxi_segmentation.places import place_of
from guanxi_segmentation.texts import _, ngettext

PAGE = 50
TYPED = ("customer_query", "decision", "reason", "words")


@pages.get("/segments/<key>/adjustments", permission=VIEW)
def list_pins(key: str) -> str:
    """The decisions, and the forms for more."""
    return _draw(key)


@pages.post("/segments/<key>/adjustments", permission=MANAGE)
def decide(key: str) -> Response | tuple[str, int]:
    """Decide about the customers that were ticked."""
    included = request.form.get("decision", "in") != "out"
    reason = _reason()
    try:
        ids = ticked(current.tx())
        for one in ids:
            pins.pin(current.tx(), key, one, included=included, reason=reason, now=current.now())
    except (Invalid, Conflict) as error:
        return _draw(key, error=web.sentence(error)), error.status
    said = ngettext(
        "%(num)s customer decided by hand.", "%(num)s customers decided by hand.", len(ids)
    )
    flash(said, "success")
    return _back(key)


@pages.post("/segments/<key>/adjustments/list", permission=MANAGE)
def include_list(key: str) -> Response | tuple[str, int]:
    """Take in everybody whom a pasted list names."""
    words = _words(request.form.get("words", ""))
    if not words:
        return _draw(
            key, list_error=_("Paste at least one e-mail address, phone number or id.")
        ), 422
    try:
        done = pins.include_listed(current.tx(), key, words, reason=_reason(), now=current.now())
    except (Invalid, Conflict) as error:
        return _draw(key, list_error=web.sentence(error)), error.status
    added = ngettext("%(num)s customer added.", "%(num)s customers added.", done.added)
    already = ngettext("%(num)s was in already.", "%(num)s were in already.", done.already)
    flash(f"{added} {already if done.already else ''}".strip(), "success")
    if done.unknown:
        shown = ", ".join(done.unknown[:10]) + ("…" if len(done.unknown) > 10 else "")
        flash(_("Nobody is known by these: %(words)s", words=shown), "warning")
    return _back(key)


@pages.post("/segments/<key>/adjustments/<uuid:customer_id>/remove", permission=MANAGE)
def undecide(key: str, customer_id: UUID) -> Response:
    """Take a decision back."""
    pins.unpin(current.tx(), key, customer_id, now=current.now())
    flash(_("Taken back."), "success")
    return _back(key)


def _draw(key: str, *, error: str = "", list_error: str = "") -> str:
    head = segment_head(key, "list_pins")
    session = current.session()
    cursor = request.args.get("after")
    after = place_of(cursor)
    found = list(pins.pins_of(session, key, after=after, limit=PAGE + 1))
    more, found = len(found) > PAGE, found[:PAGE]
    return render_template(
        "segmentation/pins.html",
        **head,
        rows=_rows(key, found),
        next_url=_next(key, found[-1].customer_id) if more else None,
        first_url=url_for("segmentation.list_pins", key=key) if cursor else None,
        error=error,
        list_error=list_error,
        ticked=ticked_hits(session) if error else [],
        typed={name: request.form.get(name, "") for name in TYPED},
    )


def _rows(key: str, found: list[Any]) -> list[dict[str, Any]]:
    names = _names([one.customer_id for one in found])
    return [
        {
            "id": one.customer_id,
            "name": names[one.customer_id],
            "url": url_for("customers.show", customer_id=one.customer_id),
            "why_url": url_for("segmentation.why", key=key, customer_id=one.customer_id),
            "remove_url": url_for("segmentation.undecide", key=key, customer_id=one.customer_id),
            "included": one.included,
            "reason": one.reason,
            "at": one.at,
            "by": one.actor_name,
        }
        for one in found
        if one.customer_id in names
    ]


def _names(ids: list[UUID]) -> dict[UUID, str]:
    """Return the names of those whom the person may see."""
    found = select(Customer.id, Customer.display_name).where(Customer.id.in_(ids))
    return {row[0]: row[1] for row in current.session().execute(found)}


def _next(key: str, last: UUID) -> str:
    return url_for("segmentation.list_pins", key=key, after=web.encode_cursor([str(last)]))


def _back(key: str) -> Response:
    fallback = url_for("segmentation.list_pins", key=key)
    return redirect(web.safe_path(request.form.get("back"), fallback))


def _words(text: str) -> list[str]:
    """Return what a pasted list names: one a line, or parted by commas of either script."""
    found = (one.strip() for one in re.split("[\n\t\0,，;；、]", text))
    return list(dict.fromkeys(one for one in found if one))


def _reason() -> str | None:
    return " ".join(request.form.get("reason", "").split())[: pins.LONGEST_REASON] or None
