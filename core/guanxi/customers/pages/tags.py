"""The list of tags: colours, names, and tags that nobody needs any more."""

from collections.abc import Callable
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.customers.domain import tagging
from guanxi.customers.models import Customer
from guanxi.customers.pages.blueprint import MANAGE, pages, sentence
from guanxi.customers.pages.tag_tones import TONES
from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.transaction import drop_transaction
from guanxi.i18n import _, lazy_

COLOURS: Final = {
    "blue": lazy_("Blue"),
    "teal": lazy_("Teal"),
    "green": lazy_("Green"),
    "yellow": lazy_("Yellow"),
    "red": lazy_("Red"),
    "grey": lazy_("Grey"),
}


@pages.get("/tags", permission=MANAGE)
def list_tags() -> str:
    """All tags, and how many customers have each."""
    session = current.session()
    each = select(func.unnest(Customer.tags).label("tag")).subquery()
    counted = session.execute(select(each.c.tag, func.count()).group_by(each.c.tag))
    return render_template(
        "customers/tags.html",
        tags=tagging.all_tags(session),
        counts=dict(counted.all()),
        colours=[(colour, str(title)) for colour, title in COLOURS.items()],
        tones=TONES,
    )


@pages.post("/tags", permission=MANAGE)
def save_tag() -> Response:
    """Add a tag, or give one another colour."""
    form = request.form
    return _attempt(
        lambda session: tagging.set_colour(session, form.get("name", ""), form.get("colour", ""))
    )


@pages.post("/tags/rename", permission=MANAGE)
def rename_tag() -> Response:
    """Rename a tag on all customers; two of one name become one."""
    old, new = request.form.get("name", ""), request.form.get("new_name", "")
    return _attempt(lambda session: tagging.rename_tag(session, old, new, now=current.now()))


@pages.post("/tags/delete", permission=MANAGE)
def delete_tag() -> Response:
    """Take a tag from all customers and from the list."""
    name = request.form.get("name", "")
    return _attempt(lambda session: tagging.delete_tag(session, name, now=current.now()))


def _attempt(change: Callable[[Session], Any]) -> Response:
    try:
        change(current.tx())
    except GuanxiError as error:
        drop_transaction()
        flash(sentence(error), "error")
    else:
        flash(_("Saved."), "success")
    return redirect(url_for("customers.list_tags"))
