"""What is done with a whole segment: rebuild, copy, archive, restore, delete."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, PreconditionFailed, Refused, current, web
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.membership.rebuilding import ask_rebuild
from guanxi_segmentation.pages.blueprint import MANAGE, pages
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.texts import _


@pages.post("/rebuild", permission=MANAGE)
def rebuild_all() -> Response:
    """Work everything out again, soon."""
    queued = ask_rebuild(current.tx())
    said = _("Everything is being worked out again.")
    flash(said if queued else _("That is going on already."), "success" if queued else "info")
    return redirect(web.safe_path(request.form.get("back"), url_for("segmentation.index")))


@pages.post("/segments/<key>/copy", permission=MANAGE)
def copy_segment(key: str) -> Response:
    """Make a segment with the same rule, and open it for changes."""
    original = segments.get(current.session(), key)
    draft = SegmentDraft(
        title_en=_copy_of(original.title_en, "%s (copy)"),
        title_zh=_copy_of(original.title_zh, "%s（副本）"),
        description=original.description,
        announce=original.announce,
    )
    made = segments.clone(current.tx(), key, draft, now=current.now())
    flash(_("Copied. Change what differs, and save."), "success")
    return redirect(url_for("segmentation.edit_segment", key=made.key))


@pages.post("/segments/<key>/archive", permission=MANAGE)
def archive_segment(key: str) -> Response:
    """Put the segment away."""
    return _done(key, segments.archive, _("Archived. Its members have left it."))


@pages.post("/segments/<key>/restore", permission=MANAGE)
def restore_segment(key: str) -> Response:
    """Take the segment out of the archive."""
    return _done(key, segments.restore, _("Restored. It is being built."))


@pages.post("/segments/<key>/delete", permission=MANAGE)
def delete_segment(key: str) -> Response:
    """Delete the segment with its history."""
    title = titled(segments.get(current.session(), key), web.language())
    url = url_for("segmentation.index")
    return _done(key, segments.delete, _("Deleted: %(title)s.", title=title), url)


def _done(key: str, what: Callable[..., Any], said: str, url: str | None = None) -> Response:
    here = url_for("segmentation.show_rule", key=key)
    try:
        what(current.tx(), key, now=current.now())
    except (Conflict, Invalid, PreconditionFailed, Refused) as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
        return redirect(here)
    flash(said, "success")
    return redirect(url or here)


def _copy_of(title: str, form: str) -> str:
    return form % title[:100]
