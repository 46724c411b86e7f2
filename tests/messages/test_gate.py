"""The one gate: closure, consent, address, quiet time, plugins; asked twice."""

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.messages.conftest import NOON, Mailbox, Make, agree, configure, look, queue, writing

from guanxi.customers.domain.closing import close_customer
from guanxi.customers.domain.consents import PURPOSES, Decision, record_consent
from guanxi.errors import Invalid, Refused
from guanxi.i18n import Text
from guanxi.messages.domain.drafts import MessageDraft
from guanxi.messages.domain.faults import DifferentMessage, InvalidMessage
from guanxi.messages.domain.outgoing import OutgoingMessage
from guanxi.messages.domain.personal_data import erase_messages, export_messages
from guanxi.messages.domain.queueing import queue_message
from guanxi.messages.jobs import send, sweep
from guanxi.messages.models import Message
from guanxi.platform import Platform
from guanxi.plugins.contract import MessageChannel
from guanxi.plugins.dispatch import Dispatcher, Implementation

MIDNIGHT = NOON + timedelta(hours=12)


class Phone:
    """A plugin's channel for text messages; ``fails`` is raised instead of sending."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMessage] = []
        self.fails: Exception | None = None

    def send(self, message: OutgoingMessage) -> str:
        self.sent.append(message)
        if self.fails is not None:
            raise self.fails
        return f"sms-{len(self.sent)}"


@pytest.fixture
def phone(office: Platform) -> Phone:
    """Channels of plugins, beside the core's e-mail: by phone number, and by e-mail address."""
    phone = Phone()
    channels = [
        ("sms_app", MessageChannel("sms", Text("SMS", "短信"), "phone", phone.send)),
        ("chat_app", MessageChannel("chat", Text("Chat", "聊天"), "email", phone.send)),
    ]
    office.database.channels = lambda: channels
    return phone


def test_a_closed_customer_gets_no_marketing_whatever_is_tried(
    office: Platform, phone: Phone, mailbox: Mailbox, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com", marketing=True)
    with writing(office) as session:
        decisions = [Decision(channel, "marketing", True) for channel in ("any", "sms", "chat")]
        record_consent(session, ada, decisions, now=NOON)
        close_customer(session, ada, "asked us to stop", now=NOON)
    dice = random.Random(14)
    marketing = [purpose for purpose in PURPOSES if purpose != "service"]

    for attempt in range(1000):
        now = NOON + timedelta(minutes=dice.randrange(100_000))
        with writing(office, now) as session:
            draft = MessageDraft(
                customer_id=ada,
                channel=dice.choice(["email", "sms", "chat"]),
                purpose=dice.choice(marketing),
                subject="Buy!",
                body="Now {{ customer.name }}",
                idempotency_key=str(dice.randrange(1500)) if attempt % 2 else None,
                source=dice.choice(["guanxi", "journeys", "loyalty"]),
            )
            with suppress(DifferentMessage):
                queue_message(session, draft, now=now)
    swept = sweep(office, now=NOON + timedelta(days=400))

    with office.database.read() as reading:
        states = dict(
            reading.execute(select(Message.state, func.count()).group_by(Message.state)).all()
        )
    assert (swept, mailbox.mails, phone.sent) == (0, [], [])
    assert set(states) == {"refused"}
    assert states["refused"] > 600


def test_a_closed_customer_still_gets_service_messages(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com")
    with writing(office) as session:
        close_customer(session, ada, "moved away", now=NOON)

    send(office, queue(office, ada).id, now=NOON)

    assert len(mailbox.mails) == 1


def test_closing_after_queueing_stops_marketing(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com", marketing=True)
    message = queue(office, ada, purpose="marketing")
    with writing(office) as session:
        close_customer(session, ada, "asked", now=NOON)

    send(office, message.id, now=NOON)

    assert (message.state, look(office, message).reason, mailbox.mails) == ("queued", "closed", [])


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        ({"channel": "email", "purpose": "marketing"}, ("refused", "no_consent")),
        ({"channel": "sms", "purpose": "service"}, ("refused", "no_identity")),
        ({"channel": "email", "purpose": "service"}, ("queued", None)),
    ],
)
def test_the_reason_is_kept(
    office: Platform,
    phone: Phone,
    make: Make,
    wanted: dict[str, str],
    outcome: tuple[str, str | None],
) -> None:
    message = queue(office, make("Ada", email="a@example.com"), **wanted)

    assert (message.state, message.reason) == outcome


def test_at_night_it_is_held_until_the_morning(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="a@example.com"), now=MIDNIGHT)

    sent = [sweep(office, now=MIDNIGHT + timedelta(hours=h)) for h in (1, 7, 8)]

    assert (message.state, message.reason) == ("held", "quiet")
    assert message.due_at == MIDNIGHT + timedelta(hours=8)
    assert (sent, len(mailbox.mails)) == ([0, 0, 1], 1)


def test_a_customer_elsewhere_sleeps_at_another_time(office: Platform, make: Make) -> None:
    chinese = make("李娜", email="na@example.com", country="CN")

    states = [queue(office, chinese, now=NOON + timedelta(hours=h)).state for h in (0, 2, 12)]

    assert states == ["queued", "held", "queued"]


def test_an_urgent_service_message_waits_for_nobody(office: Platform, make: Make) -> None:
    ada = make("Ada", email="a@example.com")

    assert queue(office, ada, now=MIDNIGHT, urgent=True).state == "queued"
    with pytest.raises(InvalidMessage):
        queue(office, ada, purpose="marketing", urgent=True)


def test_a_quiet_day_set_after_queueing_holds_it_at_sending(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="a@example.com"))
    configure(office, quiet_days=[NOON.date().isoformat()])

    sent = send(office, message.id, now=NOON)

    assert (sent, look(office, message).state, mailbox.mails) == (False, "held", [])
    assert look(office, message).due_at == NOON + timedelta(hours=20)


def test_a_plugin_may_refuse_and_its_sentence_is_kept(office: Platform, make: Make) -> None:
    def check_message(session: Any, message: MessageDraft) -> None:
        raise Refused("Already %(n)s this week.", n=3)

    message = queue_with(office, make, check_message)

    assert (message.state, message.reason) == ("refused", "Already %(n)s this week.")
    assert message.reason_values == {"n": "3"}


def test_a_plugin_that_fails_refuses_too(office: Platform, make: Make) -> None:
    def check_message(session: Any, message: MessageDraft) -> None:
        raise KeyError("oops")

    message = queue_with(office, make, check_message)

    assert message.state == "refused"
    assert message.reason_values == {"plugin": "sample"}


def queue_with(office: Platform, make: Make, check_message: Any) -> Message:
    ada = make("Ada", email="a@example.com")
    impl = Implementation("sample", "check_message", check_message, ("session", "message"))
    office.dispatcher = Dispatcher([impl])
    office.dispatcher.activate({"sample"})
    return queue(office, ada)


def test_a_plugins_channel_gets_a_whole_message(office: Platform, phone: Phone, make: Make) -> None:
    ada = make("Ada Lovelace", email="ada@example.com")
    with writing(office) as session:
        record_consent(session, ada, [Decision("chat", "marketing", True)], now=NOON)
    message = queue(office, ada, channel="chat", purpose="marketing", body="Hi {{ customer.name }}")

    send(office, message.id, now=NOON)

    [sent] = phone.sent
    assert (sent.to, sent.text, sent.id) == ("ada@example.com", "Hi Ada Lovelace", message.id)
    assert sent.unsubscribe_url is not None
    assert (look(office, message).state, look(office, message).provider_id) == ("sent", "sms-1")


def test_a_plugin_that_breaks_while_sending_leaves_the_outcome_unknown(
    office: Platform, phone: Phone, make: Make
) -> None:
    message = queue(office, make("Ada", email="a@example.com"), channel="chat")
    phone.fails = KeyError("token")

    send(office, message.id, now=NOON)
    sweep(office, now=NOON + timedelta(days=1))

    assert look(office, message).state == "unknown"
    assert len(phone.sent) == 1


def test_a_channel_switched_off_meanwhile_sends_nothing(
    office: Platform, phone: Phone, make: Make
) -> None:
    message = queue(office, make("Ada", email="a@example.com"), channel="chat")
    office.database.channels = lambda: ()

    send(office, message.id, now=NOON)

    assert (look(office, message).state, look(office, message).reason) == ("refused", "no_channel")
    assert phone.sent == []


def test_a_plugin_cannot_take_over_email(office: Platform, mailbox: Mailbox, make: Make) -> None:
    thief = Phone()
    channel = MessageChannel("email", Text("E", "E"), "email", thief.send)
    office.database.channels = lambda: [("thief", channel)]

    send(office, queue(office, make("Ada", email="a@example.com")).id, now=NOON)

    assert (len(mailbox.mails), thief.sent) == (1, [])


@pytest.mark.parametrize(
    "values",
    [
        {"purpose": "spam"},
        {"channel": "pigeon"},
        {"channel": ""},
        {"body": "   "},
        {"subject": ""},
        {"subject": "{{ unsubscribe_link }}"},
        {"body": "{{ unsubscribe_link }}"},
        {"body": "{{ customer.secret }}"},
        {"subject": "x" * 201},
    ],
)
def test_what_cannot_be_a_message_is_refused_before_anything_is_written(
    office: Platform, make: Make, values: dict[str, str]
) -> None:
    ada = make("Ada", email="a@example.com")

    with pytest.raises(Invalid):
        queue(office, ada, **values)

    with office.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_an_empty_field_without_default_is_refused_with_its_name(
    office: Platform, make: Make
) -> None:
    shop = make("Shop Ltd", email="s@example.com", kind="organisation")

    message = queue(office, shop, body="Dear {{ customer.given_name }}")

    assert message.state == "refused"
    assert message.reason_values == {"field": "customer.given_name"}


def test_the_subject_cannot_smuggle_headers(office: Platform, mailbox: Mailbox, make: Make) -> None:
    configure(office, company="Tea\r\nBcc: all@example.com")
    message = queue(office, make("Ada", email="a@example.com"), subject="From {{ company }}")

    send(office, message.id, now=NOON)

    [mail] = mailbox.mails
    assert (mail["Subject"], mail["Bcc"]) == ("From Tea Bcc: all@example.com", None)


def test_a_marketing_mail_always_ends_with_a_way_out(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    ada = make("Ada", email="a@example.com", marketing=True)
    message = queue(office, ada, purpose="marketing", body="Sale!")

    send(office, message.id, now=NOON)

    assert "/messages/unsubscribe/" in mailbox.texts()[0]
    assert look(office, message).sent_text == "Sale!\n\n--\nNo more messages of this kind: […]"


def test_erasing_a_customer_empties_the_messages(office: Platform, make: Make) -> None:
    ada = make("Ada", email="ada@example.com")
    sent, waiting = queue(office, ada), queue(office, ada, now=MIDNIGHT)
    send(office, sent.id, now=NOON)
    with office.database.read() as session:
        told = export_messages(session, ada)

    with writing(office) as session:
        erase_messages(session, ada)

    assert [one["address"] for one in told] == ["ada@example.com", None]
    assert [look(office, one).state for one in (sent, waiting)] == ["sent", "refused"]
    assert [
        (m.body, m.address, m.sent_text) for m in (look(office, sent), look(office, waiting))
    ] == [("", None, None)] * 2


def test_consent_given_again_opens_the_gate(office: Platform, make: Make) -> None:
    ada = make("Ada", email="a@example.com", marketing=True)
    states = []
    for hours, given in ((0, True), (1, False), (2, True)):
        now = NOON + timedelta(hours=hours)
        with writing(office, now) as session:
            agree(session, ada, given=given, now=now)
        states.append(queue(office, ada, now=now, purpose="marketing").state)

    assert states == ["queued", "refused", "queued"]
