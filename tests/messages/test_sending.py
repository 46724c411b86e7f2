"""Sending by a real mail server: at most once, never silently, always on the timeline."""

from datetime import timedelta

from sqlalchemy import select
from tests.messages.conftest import NOON, Mailbox, Make, agree, look, queue, writing

from guanxi.customers.domain.merging import merge_customers
from guanxi.messages.domain import outcomes, settling
from guanxi.messages.domain.claiming import claim
from guanxi.messages.domain.unsubscribing import UnsubscribeLinks
from guanxi.messages.jobs import send, sweep
from guanxi.messages.models import Message
from guanxi.platform import Platform
from guanxi.touchpoints.models import Touchpoint

LINKS = UnsubscribeLinks("key", "http://guanxi.example")


def touchpoints(platform: Platform) -> list[Touchpoint]:
    with platform.database.read() as session:
        return list(session.scalars(select(Touchpoint)))


def test_a_message_goes_out_and_becomes_a_touchpoint(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    ada = make("Ada Lovelace", email="Ada@example.com")
    message = queue(office, ada, body="{{ customer.salutation }},\n\nyour order is here.")

    assert send(office, message.id, now=NOON)

    mail = mailbox.mails[0]
    assert (mail["To"], mail["Subject"]) == ("Ada@example.com", "Hello")
    assert mail["From"] == "Tea & Co <hello@tea.example>"
    assert mailbox.texts() == ["Dear Ada Lovelace,\n\nyour order is here.\n"]
    assert look(office, message).state == "sent"
    [touchpoint] = touchpoints(office)
    assert (touchpoint.customer_id, touchpoint.kind, touchpoint.direction) == (
        ada,
        "message",
        "out",
    )
    assert touchpoint.note == "Dear Ada Lovelace,\n\nyour order is here."
    assert look(office, message).touchpoint_id == touchpoint.id


def test_running_the_job_again_sends_nothing_again(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))

    handed_over = [send(office, message.id, now=NOON) for _ in range(3)]

    assert handed_over == [True, False, False]
    assert len(mailbox.mails) == len(touchpoints(office)) == 1


def test_consent_withdrawn_after_queueing_stops_the_message(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com", marketing=True)
    message = queue(office, ada, purpose="marketing")
    later = NOON + timedelta(hours=1)
    with writing(office, later) as session:
        agree(session, ada, given=False, now=later)

    assert not send(office, message.id, now=later)

    assert (look(office, message).state, look(office, message).reason) == ("refused", "withdrawn")
    assert mailbox.mails == []


def test_the_server_says_later_and_it_is_tried_again(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    mailbox.answers = ["451 busy"]
    send(office, message.id, now=NOON)
    waiting = look(office, message)

    swept = [sweep(office, now=NOON + timedelta(seconds=s)) for s in (59, 60)]

    assert (waiting.state, waiting.reason_values) == (
        "queued",
        {"why": "The mail server did not take the message: 451 busy"},
    )
    assert swept == [0, 1]
    assert look(office, message).state == "sent"
    assert len(mailbox.mails) == 1


def test_after_six_tries_it_gives_up(office: Platform, mailbox: Mailbox, make: Make) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    mailbox.answers = ["451 busy"] * 10

    tried = [sweep(office, now=NOON + timedelta(days=n, hours=1)) for n in range(8)]

    assert tried == [1] * 6 + [0] * 2
    assert (look(office, message).state, look(office, message).reason) == ("failed", "gave_up")


def test_the_server_says_no_for_good(office: Platform, mailbox: Mailbox, make: Make) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    mailbox.answers = ["550 no such mailbox"]

    send(office, message.id, now=NOON)

    found = look(office, message)
    assert (found.state, found.reason_values) == ("failed", {"why": "550 no such mailbox"})
    assert touchpoints(office) == []


def test_a_broken_connection_leaves_the_outcome_unknown_and_is_never_repeated(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    mailbox.hang_up = True
    send(office, message.id, now=NOON)

    swept = sweep(office, now=NOON + timedelta(days=3, hours=1))

    assert look(office, message).state == "unknown"
    assert swept == 0
    assert len(mailbox.mails) == 1


def test_a_process_that_dies_while_sending_leaves_it_unknown(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    with writing(office) as session:
        assert claim(session, message.id, LINKS, now=NOON) is not None
    early = sweep(office, now=NOON + timedelta(minutes=9))
    before = look(office, message).state

    late = sweep(office, now=NOON + timedelta(minutes=11))

    assert (early, before) == (0, "sending")
    assert (late, look(office, message).state) == (0, "unknown")
    assert mailbox.mails == []


def test_two_processes_cannot_claim_the_same_message(office: Platform, make: Make) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    with writing(office) as one:
        first = claim(one, message.id, LINKS, now=NOON)
        with writing(office) as other:
            second = claim(other, message.id, LINKS, now=NOON)

    assert (first is not None, second) == (True, None)


def test_staff_settle_that_it_went_out(office: Platform, make: Make) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    with writing(office) as session:
        claim(session, message.id, LINKS, now=NOON)
    with writing(office) as session:
        outcomes.lost(session, message.id, "timeout")

    with writing(office) as session:
        settling.settle(session, message.id, went_out=True, now=NOON)

    assert look(office, message).state == "sent"
    assert len(touchpoints(office)) == 1


def test_staff_settle_that_it_is_sent_again(office: Platform, mailbox: Mailbox, make: Make) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    mailbox.hang_up = True
    send(office, message.id, now=NOON)
    mailbox.hang_up = False

    with writing(office) as session:
        settling.settle(session, message.id, went_out=False, now=NOON)
    send(office, message.id, now=NOON)

    assert look(office, message).state == "sent"
    assert len(mailbox.mails) == 2
    assert mailbox.mails[0]["Message-ID"] == mailbox.mails[1]["Message-ID"]


def test_without_a_mail_server_it_waits_and_says_so(platform: Platform, make: Make) -> None:
    message = queue(platform, make("Ada", email="ada@example.com"))

    send(platform, message.id, now=NOON)

    found = look(platform, message)
    assert found.state == "queued"
    assert found.reason_values["why"].startswith("No mail server is set up.")


def test_a_cancelled_message_does_not_go_out(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    with writing(office) as session:
        settling.cancel(session, message.id)

    send(office, message.id, now=NOON)

    assert (look(office, message).reason, mailbox.mails) == ("cancelled", [])


def test_a_customer_merged_meanwhile_gets_it_once(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    ada, same = make("Ada", email="ada@example.com"), make("Ada L", email="a.l@example.com")
    message = queue(office, ada)
    with writing(office) as session:
        merge_customers(session, same, ada, now=NOON)

    send(office, message.id, now=NOON)

    assert len(mailbox.mails) == 1
    assert [t.customer_id for t in touchpoints(office)] == [same]


def test_the_row_keeps_what_was_really_written(office: Platform, make: Make) -> None:
    message = queue(office, make("李娜", email="na@example.com", language="zh"),
                    body="{{ customer.salutation }}：您好")  # fmt: skip

    send(office, message.id, now=NOON)

    with office.database.read() as session:
        found = session.get(Message, message.id)
        assert found is not None
        assert (found.body, found.sent_text) == (
            "{{ customer.salutation }}：您好",
            "尊敬的李娜：您好",
        )
