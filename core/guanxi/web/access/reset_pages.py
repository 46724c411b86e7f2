"""A forgotten password: the link goes by mail; the page says the same whoever asks."""

from flask import render_template, request

from guanxi.access import throttle, users
from guanxi.delivery.jobs import defer_job
from guanxi.errors import TooManyRequests
from guanxi.http import current
from guanxi.i18n import _
from guanxi.messages import reset_mail
from guanxi.messages.mail import MailNotConfigured
from guanxi.web.access.sign_in_pages import pages


@pages.get("/forgotten", public=True)
def forgotten() -> str:
    """Ask for the address."""
    return render_template("access/forgotten.html", sent=False, errors={})


@pages.post("/forgotten", public=True)
def forgotten_submit() -> str | tuple[str, int]:
    """Send a link if the address is somebody's."""
    email = request.form.get("email", "").strip()[:254]
    platform = current.platform()
    keys = (f"reset:{email.lower()}", f"reset-address:{request.remote_addr}")
    try:
        with platform.database.autocommit.connect() as connection:
            throttle.check(connection, keys, now=current.now())
            throttle.count_failure(connection, keys, now=current.now())
        _queue(email)
    except (TooManyRequests, MailNotConfigured) as error:
        sentence = _(error.message, **error.params)
        page = render_template("access/forgotten.html", sent=False, errors={"": sentence})
        return page, error.status
    return render_template("access/forgotten.html", sent=True, errors={})


def _queue(email: str) -> None:
    settings = current.platform().settings.get("core")
    if not settings["smtp_host"] or not settings["mail_from"]:
        raise MailNotConfigured
    user = users.find_active(current.tx(), email)
    if user is not None:
        defer_job(current.tx(), reset_mail.JOB, {"user_id": str(user.id)})
