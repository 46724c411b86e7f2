"""What the tests of messages share: people to write to, and a mail server that really listens."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy.orm import Session

from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identity_input import read_identity
from guanxi.db import Actor
from guanxi.messages.domain.drafts import MessageDraft
from guanxi.messages.domain.queueing import queue_message
from guanxi.messages.models import Message
from guanxi.platform import Platform

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
Make = Callable[..., UUID]


class Mailbox:
    """An SMTP server's handler that keeps what it took; ``answers`` says no in turn."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.hang_up = False

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        if self.hang_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"

    def texts(self) -> list[str]:
        """The texts of all mails."""
        return [mail.get_content().replace("\r\n", "\n") for mail in self.mails]


@pytest.fixture
def mailbox() -> Mailbox:
    """Where the mails arrive."""
    return Mailbox()


@pytest.fixture
def mail_server(mailbox: Mailbox) -> Iterator[Controller]:
    """A real SMTP server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def office(platform: Platform, mail_server: Controller) -> Platform:
    """A platform that sends by :func:`mail_server`; its company sleeps from 21:00 to 08:00 UTC."""
    configure(
        platform,
        company="Tea & Co",
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
        mail_from="Tea & Co <hello@tea.example>",
    )
    return platform


def configure(platform: Platform, **values: Any) -> None:
    """Change the core's settings; they hold at once."""
    with writing(platform) as session:
        platform.settings.change(session, "core", values)
    platform.host.refresh_from(platform.database)


def writing(platform: Platform, now: datetime = NOON, actor: Actor | None = None) -> Any:
    """Open a transaction as the running installation would."""
    return platform.database.write(
        actor or Actor("system", "test"), now=now, dispatcher=platform.dispatcher
    )


@pytest.fixture
def make(platform: Platform) -> Make:
    """``make("Ada", email="ada@example.com", marketing=True)`` creates a customer."""

    def making(
        name: str, *, email: str | None = None, marketing: bool = False, **more: Any
    ) -> UUID:
        identities = (read_identity("email", email),) if email else ()
        with writing(platform) as session:
            draft = CustomerDraft(name=name, identities=identities, **more)
            made = create_customer(session, draft, now=NOON).id
            if marketing:
                agree(session, made)
        return made

    return making


def agree(session: Session, customer_id: UUID, *, given: bool = True, now: datetime = NOON) -> None:
    """Record consent to marketing by e-mail, or its withdrawal."""
    decision = Decision("email", "marketing", given, "form")
    record_consent(session, customer_id, [decision], now=now)


def queue(platform: Platform, customer_id: UUID, now: datetime = NOON, **more: Any) -> Message:
    """Queue an e-mail, of service unless told otherwise, and return it."""
    values = {"channel": "email", "purpose": "service", "subject": "Hello", "body": "Good news."}
    with writing(platform, now) as session:
        draft = MessageDraft(customer_id=customer_id, **{**values, **more})
        return queue_message(session, draft, now=now)


def look(platform: Platform, message: Message) -> Message:
    """Return the message as it stands now."""
    with platform.database.read() as session:
        found = session.get(Message, message.id)
        assert found is not None
        return found
