"""What people do with a survey on its pages: publish, open, close, put away, give it a link."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, PreconditionFailed, Refused, current, web
from guanxi_surveys.life import changing, opening, publishing
from guanxi_surveys.life.finding import find_survey
from guanxi_surveys.models import Survey
from guanxi_surveys.pages.blueprint import MANAGE, pages
from guanxi_surveys.texts import _


@pages.post("/<key>/publish", permission=MANAGE)
def publish_survey(key: str) -> Response:
    """Publish the draft; ``corrections``: changed texts of choices mean the same."""
    session = current.tx()

    def act() -> str:
        version = publishing.publish(
            session,
            find_survey(session, key),
            corrections=bool(request.form.get("corrections")),
            expected_version=web.form_version(),
            now=current.now(),
        )
        return _("Version %(n)s is published.", n=version.number)

    return _done(key, act)


@pages.post("/<key>/open", permission=MANAGE)
def open_survey(key: str) -> Response:
    """Take answers again."""
    return _turn(opening.open_survey, key, _("The survey is open."))


@pages.post("/<key>/close", permission=MANAGE)
def close_survey(key: str) -> Response:
    """Take no more answers."""
    return _turn(opening.close_survey, key, _("The survey is closed. What was answered stays."))


@pages.post("/<key>/archive", permission=MANAGE)
def archive_survey(key: str) -> Response:
    """Put the survey away."""
    return _turn(opening.archive_survey, key, _("The survey is in the archive."))


@pages.post("/<key>/restore", permission=MANAGE)
def restore_survey(key: str) -> Response:
    """Take the survey out of the archive."""
    return _turn(opening.restore_survey, key, _("The survey is out of the archive."))


@pages.post("/<key>/link", permission=MANAGE)
def link_survey(key: str) -> Response:
    """Make a new public link where ``on`` is sent, else take it away."""
    session, on = current.tx(), bool(request.form.get("on"))

    def act() -> str:
        expected, now = web.form_version(), current.now()
        had = find_survey(session, key).public_key
        changing.set_public_link(session, key, on=on, expected_version=expected, now=now)
        if not on:
            return _("There is no public link any more.")
        if had is None:
            return _("Everybody with the public link can answer now.")
        return _("There is a new public link. The one before opens nothing any more.")

    return _done(key, act)


def _turn(act: Callable[..., Survey], key: str, told: str) -> Response:
    session = current.tx()

    def turned() -> str:
        act(session, key, expected_version=web.form_version(), now=current.now())
        return told

    return _done(key, turned)


def _done(key: str, act: Callable[[], str]) -> Response:
    """Do something and say so, or why it is not done; either way the survey is shown."""
    try:
        told = act()
    except (Invalid, PreconditionFailed, Refused) as error:
        web.drop_transaction()
        flash(web.sentence(error), "danger")
    else:
        flash(told, "success")
    return redirect(url_for("surveys.show_survey", key=key))
