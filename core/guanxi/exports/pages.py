"""Exports in the web: ask for a file, follow it, download it."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from guanxi.errors import Conflict, NotFound
from guanxi.exports import domain
from guanxi.exports.lists import LISTS
from guanxi.exports.models import Export
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Pages
from guanxi.i18n import _

pages = Pages("exports", __name__, url_prefix="/exports")
RUN = "exports.run"
NOT_ARGUMENTS = ("csrf_token", "what", "format", "after")


@pages.get("/", permission=RUN)
def list_exports() -> str:
    """One's own exports, newest first, and the form for a new one."""
    mine = select(Export).where(Export.user_id == current.principal().user_id)
    found = current.session().scalars(mine.order_by(Export.created_at.desc()).limit(50)).all()
    return render_template(
        "exports/list.html",
        exports=found,
        busy=any(row.state in ("queued", "running") for row in found),
        lists=[(key, one.title.in_language(current_language())) for key, one in LISTS.items()],
        states={
            "queued": (_("waiting"), "info"),
            "running": (_("running"), "info"),
            "done": (_("done"), "success"),
            "failed": (_("stopped"), "danger"),
            "cancelled": (_("cancelled"), "neutral"),
            "expired": (_("file removed after a week"), "neutral"),
        },
    )


@pages.post("/", permission=RUN)
def create() -> BaseResponse:
    """Ask for a file."""
    form = request.form
    domain.ask(
        current.tx(),
        current.principal(),
        form.get("what", ""),
        form.get("format", "csv"),
        [(name, value) for name, value in form.items(multi=True) if name not in NOT_ARGUMENTS],
        language=current_language(),
        now=current.now(),
    )
    return redirect(url_for("exports.list_exports"))


@pages.post("/<uuid:export_id>/cancel", permission=RUN)
def cancel(export_id: UUID) -> BaseResponse:
    """Stop an export that is under way."""
    try:
        domain.cancel(current.tx(), export_id, current.principal(), now=current.now())
    except Conflict as error:
        flash(_(error.message, **error.params), "info")
    return redirect(url_for("exports.list_exports"))


@pages.get("/<uuid:export_id>/file", permission=RUN)
def download(export_id: UUID) -> Response:
    """The file, as an attachment."""
    row = domain.get_export(current.session(), export_id, current.principal())
    if row.file_path is None:
        raise NotFound("There is no file any more. Ask for the export again.")
    path = current.platform().files / row.file_path
    return send_file(
        path,
        mimetype=domain.FORMATS[row.format],
        as_attachment=True,
        download_name=f"{row.what}-{row.created_at:%Y-%m-%d}.{row.format}",
    )
