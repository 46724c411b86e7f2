"""Channels, kinds and outcomes for the admin: add, rename, archive."""

from typing import Final, cast, get_args

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.i18n import Text, _, lazy_
from guanxi.touchpoints.domain import vocabulary
from guanxi.touchpoints.domain.vocabulary import ListName, Word
from guanxi.touchpoints.pages.blueprint import MANAGE, pages
from guanxi.touchpoints.pages.form_values import form_errors

TITLES: Final = {
    "channel": lazy_("Channels"),
    "kind": lazy_("Kinds of touchpoint"),
    "outcome": lazy_("Outcomes"),
}
_SUCCESS: Final = {"1": True, "0": False}


@pages.get("/lists/<name>", permission=MANAGE)
def edit_list(name: str) -> str:
    """One of the three lists."""
    return _draw(_known(name), {})


@pages.post("/lists/<name>", permission=MANAGE)
def add_word(name: str) -> Response | tuple[str, int]:
    """Add an entry."""
    of = _known(name)
    try:
        vocabulary.add(current.tx(), of, _word(request.form.get("key", "")))
    except GuanxiError as error:
        return _draw(of, form_errors(error)), error.status
    flash(_("Added."), "success")
    return redirect(url_for("touchpoints.edit_list", name=of))


@pages.post("/lists/<name>/<key>", permission=MANAGE)
def rename_word(name: str, key: str) -> Response:
    """Give an entry other titles."""
    of = _known(name)
    vocabulary.rename(current.tx(), of, _word(key))
    flash(_("Saved."), "success")
    return redirect(url_for("touchpoints.edit_list", name=of))


@pages.post("/lists/<name>/<key>/archive", permission=MANAGE)
def archive_word(name: str, key: str) -> Response:
    """Stop offering an entry, or offer it again."""
    of = _known(name)
    vocabulary.archive(current.tx(), of, key, archived=request.form.get("archived") == "1")
    return redirect(url_for("touchpoints.edit_list", name=of))


def _known(name: str) -> ListName:
    if name not in get_args(ListName):
        abort(404)
    return cast(ListName, name)


def _word(key: str) -> Word:
    form = request.form
    title = Text(form.get("title_en", ""), form.get("title_zh", ""))
    return Word(key, title, _SUCCESS.get(form.get("success", "")))


def _draw(of: ListName, errors: dict[str, str]) -> str:
    tabs = [
        {
            "title": str(title),
            "url": url_for("touchpoints.edit_list", name=name),
            "active": name == of,
        }
        for name, title in TITLES.items()
    ]
    return render_template(
        "touchpoints/lists.html",
        name=of,
        title=str(TITLES[of]),
        tabs=tabs,
        found=vocabulary.list_words(current.session(), of, archived=True),
        values=request.form if errors else {},
        errors=errors,
    )
