"""Uninstalling: see what is stored, choose what becomes of it, type the name."""

from collections.abc import Mapping
from typing import Final

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from guanxi.errors import Conflict, Invalid
from guanxi.http import current
from guanxi.i18n import N_, _
from guanxi.plugins.migrations import MigrationFailed
from guanxi.plugins.uninstall import Keep
from guanxi.web.apps.archives import archive_path
from guanxi.web.apps.detail import app_detail
from guanxi.web.apps.pages.blueprint import MANAGE, Answer, pages
from guanxi.web.apps.removing import remove
from guanxi.web.apps.telling import told_error

DONE: Final[Mapping[Keep, str]] = {
    Keep.KEEP: N_("%(plugin)s is switched off and its data is kept."),
    Keep.EXPORT: N_("%(plugin)s is uninstalled. Its data is in the file below."),
    Keep.DROP: N_("%(plugin)s is uninstalled and its data is gone."),
}


@pages.get("/<name>/uninstall", permission=MANAGE)
def ask_uninstall(name: str) -> str:
    """The form: what is stored, and what should become of it."""
    return _draw(name, {})


@pages.post("/<name>/uninstall", permission=MANAGE)
def confirm_uninstall(name: str) -> Answer:
    """Do it, if the name was typed where data goes."""
    try:
        mode = _mode()
        remove(name, mode, request.form.get("confirmation", "").strip())
    except (Invalid, Conflict, MigrationFailed) as error:
        fields = tuple(error.fields) if isinstance(error, Invalid) else ()
        return _draw(name, dict.fromkeys(fields or ("data",), told_error(error))), error.status
    flash(_(DONE[mode], plugin=name), "success")
    return redirect(url_for("apps.list_apps"))


@pages.get("/exported-data/<file>", permission=MANAGE)
def download_archive(file: str) -> Response:
    """One file with a plugin's data. No plugin's name has a hyphen, so none hides this address."""
    path = archive_path(current.platform(), file)
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=path.name)


@pages.post("/exported-data/<file>/delete", permission=MANAGE)
def delete_archive(file: str) -> Response:
    """Delete such a file."""
    archive_path(current.platform(), file).unlink(missing_ok=True)
    flash(_("Deleted."), "success")
    return redirect(url_for("apps.list_apps"))


def _mode() -> Keep:
    try:
        return Keep(request.form.get("data", ""))
    except ValueError:
        raise Invalid(N_("Choose what becomes of the data."), fields={"data": ""}) from None


def _draw(name: str, errors: Mapping[str, str]) -> str:
    detail = app_detail(current.session(), current.platform(), name, now=current.now())
    return render_template(
        "apps/uninstall.html", detail=detail, app=detail.app, errors=errors, form=request.form
    )
