"""What is done with the customers chosen in the list: tags, owner, export."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from guanxi.customers.domain.selection import assign_customers, tag_customers
from guanxi.customers.pages.blueprint import EDIT, pages, sentence
from guanxi.customers.pages.form_values import split_tags
from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.http.redirects import safe_path
from guanxi.http.transaction import drop_transaction
from guanxi.i18n import ngettext


@pages.post("/selection", permission=EDIT)
def change_selection() -> Response:
    """Change the chosen customers; those out of sight are left alone."""
    form = request.form
    try:
        changed = _change(form.get("action", ""), _ids())
    except GuanxiError as error:
        drop_transaction()
        flash(sentence(error), "error")
        return redirect(_back())
    text = ngettext("%(num)s customer changed.", "%(num)s customers changed.", changed)
    flash(text, "success")
    return redirect(_back())


def _change(action: str, ids: list[UUID]) -> int:
    session, now, form = current.tx(), current.now(), request.form
    if action in ("tag", "untag"):
        tags = split_tags(form.get("tags", ""))
        if not tags:
            raise Invalid("Write the tag first.")
        if action == "tag":
            return tag_customers(session, ids, add=tags, now=now)
        return tag_customers(session, ids, remove=tags, now=now)
    if action == "assign":
        owner = form.get("owner_id", "")
        return assign_customers(session, ids, UUID(owner) if owner else None, now=now)
    raise Invalid("Choose what is to be done.")


def _ids() -> list[UUID]:
    try:
        ids = [UUID(one) for one in request.form.getlist("ids")]
    except ValueError:
        ids = []
    if not ids:
        raise Invalid("Choose some customers first.")
    return ids


def _back() -> str:
    return safe_path(request.form.get("back"), url_for("customers.list_customers"))
