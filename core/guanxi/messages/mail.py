"""E-mail by the company's own server (SMTP), configured in the settings."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from guanxi.errors import Refused, Unavailable

TIMEOUT = 15
"""Seconds to wait for the mail server."""


class MailNotConfigured(Unavailable):
    """No mail server is set."""

    code = "mail_not_configured"

    def __init__(self) -> None:
        super().__init__("No mail server is set up. An admin enters it under Settings.")


class MailFailed(Unavailable):
    """The mail server did not take the message now; it may later."""

    code = "mail_failed"

    def __init__(self, error: Exception) -> None:
        super().__init__("The mail server did not take the message: %(why)s", why=_reason(error))


class MailRefused(Refused):
    """The mail server will never take this message: no such mailbox, for example."""

    code = "mail_refused"

    def __init__(self, error: Exception) -> None:
        super().__init__("The mail server refused the message: %(why)s", why=_reason(error))


class MailUncertain(Unavailable):
    """The connection broke while the message was handed over; it may have been taken or not."""

    code = "mail_uncertain"

    def __init__(self, error: Exception) -> None:
        super().__init__(
            "The connection to the mail server broke in the middle (%(why)s). "
            "The message may have gone out or not.",
            why=_reason(error),
        )


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address, in plain text. ``id`` becomes a part of its Message-ID."""

    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None


def send_mail(settings: Mapping[str, Any], mail: Mail) -> str:
    """Hand ``mail`` to the server and return its Message-ID.

    :param settings: the core's settings, with the password in clear.
    :raises MailNotConfigured: no server or sender is set.
    :raises MailFailed: the server did not answer, or said "later"; it was surely not taken.
    :raises MailRefused: the server refused it for good.
    :raises MailUncertain: the connection broke in the middle.
    """
    if not settings["smtp_host"] or not settings["mail_from"]:
        raise MailNotConfigured
    message = _message(settings["mail_from"], mail)
    with _connection(settings) as server:
        _hand_over(server, message)
    return str(message["Message-ID"])


def _message(sender: str, mail: Mail) -> EmailMessage:
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message = EmailMessage()
    message["From"], message["To"] = _one_line(sender), _with_ascii_domain(_one_line(mail.to))
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{mail.id}@{domain}>" if mail.id else make_msgid(domain=domain)
    for name, value in mail.headers.items():
        message[name] = _one_line(value)
    message.set_content(mail.text)
    return message


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _said_no(smtplib.SMTPResponseException(code, said)) from error
    except smtplib.SMTPResponseException as error:
        raise _said_no(error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailUncertain(error) from error


def _said_no(error: smtplib.SMTPResponseException) -> Exception:
    return MailRefused(error) if error.smtp_code >= 500 else MailFailed(error)


@contextmanager
def _connection(settings: Mapping[str, Any]) -> Iterator[smtplib.SMTP]:
    """Connect and sign in; what goes wrong so far has surely sent nothing.

    Saying goodbye may go wrong, too, and must not make a taken message look untaken.
    """
    try:
        server = _connect(settings)
        if settings["smtp_user"]:
            server.login(settings["smtp_user"], settings["smtp_password"])
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(error) from error
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _connect(settings: Mapping[str, Any]) -> smtplib.SMTP:
    host, port = settings["smtp_host"], settings["smtp_port"]
    context = ssl.create_default_context()
    if settings["smtp_security"] == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if settings["smtp_security"] == "starttls":
        try:
            server.starttls(context=context)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
    return server


def _with_ascii_domain(address: str) -> str:
    """Return the address with its domain as mail servers know it (``münchen.example`` in IDNA)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {_one_line(text)}"[:200]
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
