"""Suggested duplicates: merge them, or say that they are two."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.customers.domain.suggestions import Suggestion, dismiss, open_suggestions, place_of
from guanxi.customers.pages.blueprint import MERGE, pages, sentence
from guanxi.customers.pages.reasons import told_reasons
from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.http.paging import decode_cursor, encode_cursor
from guanxi.http.transaction import drop_transaction
from guanxi.i18n import _

ROWS = 25
JOB = "customers.find_duplicates"


@pages.get("/duplicates", permission=MERGE)
def duplicates() -> str:
    """Pairs that may be the same customer, the likeliest first."""
    found = open_suggestions(current.session(), limit=ROWS + 1, after=_after())
    page = found[:ROWS]
    next_url = None
    if len(found) > ROWS:
        next_url = url_for("customers.duplicates", after=encode_cursor(place_of(page[-1])))
    return render_template(
        "customers/duplicates.html",
        pairs=[_shown(pair) for pair in page],
        next_url=next_url,
        first_url=url_for("customers.duplicates") if request.args.get("after") else None,
    )


@pages.post("/duplicates/find", permission=MERGE)
def find_now() -> Response:
    """Have the nightly look for duplicates done now."""
    session = current.tx()
    session.info["defer_job"](session, JOB, {}, None)
    flash(_("The search has begun. Look again in a moment."), "info")
    return redirect(url_for("customers.duplicates"))


@pages.post("/duplicates/dismiss", permission=MERGE)
def dismiss_pair() -> Response:
    """Say that two customers are not the same."""
    form = request.form
    try:
        dismiss(current.tx(), _id(form.get("one_id", "")), _id(form.get("other_id", "")))
    except GuanxiError as error:
        drop_transaction()
        flash(sentence(error), "error")
    else:
        flash(_("They stay two, and are not suggested again."), "success")
    return redirect(url_for("customers.duplicates"))


def _shown(pair: Suggestion) -> dict[str, Any]:
    return {
        "one": pair.one,
        "other": pair.other,
        "percent": min(int(100 * pair.score), 99),
        "reasons": told_reasons(pair.reasons),
    }


def _after() -> tuple[float, UUID, UUID] | None:
    cursor = request.args.get("after")
    if not cursor:
        return None
    score, one, other = decode_cursor(cursor, 3)
    return float(score), _id(one), _id(other)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise Invalid("This is no customer's id.") from None
