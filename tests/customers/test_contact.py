"""The gate for outgoing messages: consent per channel and purpose, and closed customers."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, audited, logged

from guanxi.customers.domain.closing import close_customer, reopen_customer
from guanxi.customers.domain.consents import Decision, history, latest, record_consent
from guanxi.customers.domain.contact import REASONS, Verdict, may_contact, may_contact_many
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.errors import Refused
from guanxi.ids import new_id
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

CHANNELS = ("email", "sms", "phone", "wechat", "social_media", "post", "connector_x.feed")
YES, NO, NEVER = Verdict(True, "allowed"), Verdict(False, "withdrawn"), Verdict(False, "no_consent")


def decide(
    write: Write, customer: UUID, channel: str, purpose: str, *, given: bool, hours: int = 0
) -> None:
    """Record one decision so many hours after the tests' now."""
    with write() as tx:
        decision = Decision(channel, purpose, given, "form 3")
        record_consent(tx, customer, [decision], now=NOW + timedelta(hours=hours))


def test_without_a_decision_only_service_messages_may_be_sent(make: Make, session: Session) -> None:
    made = make("Ann")

    verdicts = {
        p: may_contact(session, made, "email", p) for p in ("marketing", "profiling", "service")
    }

    assert verdicts == {
        "marketing": NEVER,
        "profiling": NEVER,
        "service": Verdict(True, "service"),
    }


def test_the_latest_decision_counts_and_all_are_kept(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann")
    decide(write, made, "email", "marketing", given=True)
    assert may_contact(session, made, "email", "marketing") == YES

    decide(write, made, "email", "marketing", given=False, hours=1)

    assert may_contact(session, made, "email", "marketing") == NO
    assert may_contact(session, made, "sms", "marketing") == NEVER
    assert [(one.given, one.evidence) for one in history(session, made)] == [
        (False, "form 3"),
        (True, "form 3"),
    ]
    assert latest(history(session, made))["email", "marketing"].given is False
    assert logged(session, made)[-1] == (
        "CustomerChanged",
        {"fields": ["consent.marketing.email"]},
    )
    assert audited(session, made)[-1].after == {"consent.marketing.email": False}


def test_a_decision_for_all_channels_counts_from_its_time_on(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann")
    decide(write, made, "email", "marketing", given=True)
    decide(write, made, "any", "marketing", given=False, hours=1)
    decide(write, made, "sms", "marketing", given=True, hours=2)

    assert may_contact(session, made, "email", "marketing") == NO
    assert may_contact(session, made, "post", "marketing") == NO
    assert may_contact(session, made, "sms", "marketing") == YES


def test_a_withdrawal_counts_for_service_messages_too(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann")

    decide(write, made, "sms", "service", given=False)

    assert may_contact(session, made, "sms", "service") == NO
    assert may_contact(session, made, "email", "service").allowed


def test_a_closed_customer_gets_no_marketing_through_any_channel(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann")
    decide(write, made, "any", "marketing", given=True)
    for channel in CHANNELS:
        decide(write, made, channel, "marketing", given=True)

    with write() as tx:
        close_customer(tx, made, "Moved away", now=NOW)

    verdicts = {may_contact(session, made, channel, "marketing") for channel in CHANNELS}
    assert verdicts == {Verdict(False, "closed")}
    assert may_contact(session, made, "email", "service").allowed
    customer = session.get_one(Customer, made)
    assert (customer.status, customer.closed_at, customer.closed_reason) == (
        "closed",
        NOW,
        "Moved away",
    )


def test_reopening_needs_a_consent_given_since_or_that_the_customer_came(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann")
    decide(write, made, "email", "marketing", given=True, hours=-1)
    with write() as tx:
        close_customer(tx, made, "Moved away", now=NOW)

    with pytest.raises(Refused), write() as tx:
        reopen_customer(tx, made, "consent", "Form", now=NOW)
    with pytest.raises(InvalidCustomer), write() as tx:
        reopen_customer(tx, made, "contact", " ", now=NOW)
    decide(write, made, "email", "marketing", given=True, hours=1)
    with write() as tx:
        reopen_customer(tx, made, "consent", "Form 4", now=NOW + timedelta(hours=2))

    customer = session.get_one(Customer, made)
    assert (customer.status, customer.closed_at, customer.closed_reason) == ("active", None, None)
    assert may_contact(session, made, "email", "marketing") == YES
    assert audited(session, made)[-1].action == "customer.reopened"
    assert (audited(session, made)[-1].after or {})["occasion"] == "consent"


def test_who_came_to_us_is_reopened_but_gets_no_marketing_without_consent(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann")
    with write() as tx:
        close_customer(tx, made, "Moved away", now=NOW)

    with write() as tx:
        reopen_customer(tx, made, "contact", "Called us today", now=NOW)

    assert session.get_one(Customer, made).status == "active"
    assert may_contact(session, made, "email", "marketing") == NEVER


def test_nobody_unknown_or_out_of_sight_may_be_written_to(
    make: Make, write: Write, guarded: Database, factories: Factories
) -> None:
    made = make("Ann")
    decide(write, made, "email", "marketing", given=True)
    staff = factories.principal(factories.user("staff"), scope="own")

    with guarded.read(staff) as reading:
        verdicts = may_contact_many(reading, [made, new_id()], "email", "marketing")
        single = may_contact(reading, made, "email", "marketing")

    assert {*verdicts.values(), single} == {Verdict(False, "gone")}


def test_the_old_id_of_a_merged_customer_is_judged_as_the_one_it_became(
    make: Make, write: Write, session: Session
) -> None:
    kept, merged = make("Ann"), make("Anne")
    decide(write, kept, "email", "marketing", given=True)
    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    assert may_contact(session, merged, "email", "marketing") == YES


def test_an_invented_purpose_is_refused(make: Make, write: Write, session: Session) -> None:
    made = make("Ann")

    with pytest.raises(InvalidCustomer):
        may_contact(session, made, "email", "newsletter")
    with pytest.raises(InvalidCustomer):
        decide(write, made, "email", "newsletter", given=True)
    with pytest.raises(InvalidCustomer):
        decide(write, made, "e-mail!", "marketing", given=True)


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == {"allowed", "service", "closed", "withdrawn", "no_consent", "gone"}
