"""A forgotten password: the link goes by mail; the page says the same whoever asks."""

from flask import render_template, request, url_for

from guanxi.access import throttle, users
from guanxi.errors import TooManyRequests
from guanxi.http import current
from guanxi.i18n import _
from guanxi.messages.mail import Mail, MailNotConfigured, send_mail
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
        _send(email)
    except (TooManyRequests, MailNotConfigured) as error:
        sentence = _(error.message, **error.params)
        page = render_template("access/forgotten.html", sent=False, errors={"": sentence})
        return page, error.status
    return render_template("access/forgotten.html", sent=True, errors={})


def _send(email: str) -> None:
    platform = current.platform()
    settings = platform.settings.get("core")
    if not settings["smtp_host"]:
        raise MailNotConfigured
    found = users.request_reset(current.tx(), email, now=current.now())
    if found is None:
        return
    user, token = found
    link = platform.config.base_url + url_for("access.link", token=token)
    body = _("Choose a new password within 30 minutes:\n\n%(link)s\n\n"
             "If you did not ask for this, do nothing.", link=link)  # fmt: skip
    send_mail(settings, Mail(to=user.email, subject=_("Your new Guanxi password"), text=body))
