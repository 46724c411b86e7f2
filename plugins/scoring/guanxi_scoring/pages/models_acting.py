"""What people do with models on their pages: fit anew, put away, take back, put in force."""

from typing import Final

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, current, web
from guanxi_scoring.life.changing import archive_model as put_away
from guanxi_scoring.life.changing import restore_model as take_back
from guanxi_scoring.life.enabling import enable_version as put_in_force
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.pages.blueprint import MANAGE, pages
from guanxi_scoring.sight import require_sight
from guanxi_scoring.texts import N_, _

ASKED: Final = "asked"
"""The cause of a fit that somebody asked for."""


@pages.post("/models/<key>/fit", permission=MANAGE)
def fit_model(key: str) -> Response:
    """Have the model fitted in the background."""
    session = current.tx()
    model = require_sight(get_model(session, key))
    if order_fit(session, model, ASKED, now=current.now()):
        flash(_("The model is being fitted. Look again in a moment."), "success")
    else:
        flash(_("A fit waits already."), "info")
    return _back(key)


@pages.post("/models/<key>/archive", permission=MANAGE)
def archive_model(key: str) -> Response:
    """Put the model away; its scores go."""
    session = current.tx()
    require_sight(get_model(session, key))
    put_away(session, key, expected_version=web.form_version(), now=current.now())
    flash(_("The model is in the archive. Its versions stay."), "success")
    return redirect(url_for("scoring.index"))


@pages.post("/models/<key>/restore", permission=MANAGE)
def restore_model(key: str) -> Response:
    """Take the model out of the archive."""
    session = current.tx()
    require_sight(get_model(session, key))
    take_back(session, key, expected_version=web.form_version(), now=current.now())
    flash(_("The model is in use again."), "success")
    return _back(key)


@pages.post("/models/<key>/enable", permission=MANAGE)
def enable_version(key: str) -> Response:
    """Put the version that the field ``number`` names in force; everybody is scored anew."""
    session, number = current.tx(), _asked_number()
    require_sight(get_model(session, key))
    expected = web.form_version()
    put_in_force(session, key, number, expected_version=expected, now=current.now())
    flash(_("Version %(n)s is in force. Customers are being scored.", n=number), "success")
    return _back(key)


def _asked_number() -> int:
    text = request.form.get("number", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid(N_("Choose a version."))
    return int(text)


def _back(key: str) -> Response:
    """Go to the model, or to the list for who may not see its figures."""
    if current.principal().scope != "all":
        return redirect(url_for("scoring.index"))
    return redirect(url_for("scoring.show_model", key=key))
