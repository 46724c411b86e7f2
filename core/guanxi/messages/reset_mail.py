"""The mail with the link for a new password: sent by a worker, so that the page, which says the
same whoever asks, also takes the same time.
"""

from typing import Final
from uuid import UUID

from guanxi.access.links import create_link
from guanxi.access.models import User
from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.i18n import Text
from guanxi.messages.mail import Mail, send_mail
from guanxi.platform import Platform

ACTOR: Final = Actor("system", "forgotten password")
JOB: Final = "messages.send_reset"

_SUBJECT = Text("Your new Guanxi password", "设置新的 Guanxi 密码")
_BODY = Text(
    "Choose a new password within 30 minutes:\n\n{link}\n\n"
    "If you did not ask for this, do nothing.",
    "请在 30 分钟内设置新密码：\n\n{link}\n\n如果这不是您本人的操作，请忽略此邮件。",
)


def send_reset(platform: Platform, user_id: UUID) -> bool:
    """Make a link and mail it; return False where the person may no longer sign in.

    The job ``messages.send_reset``. Only the id waits in the queue; the link is made here.

    :raises MailFailed: the server did not take it; the job is tried again with a new link.
    """
    with platform.database.write(ACTOR, now=utc_now()) as session:
        user = session.get(User, user_id)
        if user is None or not user.active:
            return False
        token = create_link(session, user_id, "reset", now=utc_now())
        address, language = user.email, user.language
    link = f"{platform.config.base_url}/sign-in/link/{token}"
    body = _BODY.in_language(language).format(link=link)
    mail = Mail(to=address, subject=_SUBJECT.in_language(language), text=body)
    send_mail(platform.settings.get("core"), mail)
    return True
