"""Identities of a customer: unique, given, taken away, proved."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, audited, email, logged

from guanxi.customers.domain.faults import IdentityTaken
from guanxi.customers.domain.identity_changes import (
    add_identity,
    remove_identity,
    replace_identities,
    set_verified,
)
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.domain.lookup import find_by_identity, identities_of
from guanxi.customers.domain.search import token_numbers
from guanxi.customers.models import Customer
from guanxi.errors import NotFound, PreconditionFailed
from guanxi.testkit.fixtures import NOW


def test_an_identity_can_be_added_and_found_in_any_spelling(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann")
    phone = read_identity("phone", "0044 20 7946 0018", region="CN")

    with write() as tx:
        add_identity(tx, made, phone, now=NOW)

    again = read_identity("phone", "(020) 7946-0018", region="GB")
    assert find_by_identity(session, again.kind, again.source, again.value) == made
    customer = session.get_one(Customer, made)
    assert token_numbers(["p79460018"])[0] in customer.search_tokens
    assert customer.version == 2
    assert logged(session, made)[-1] == ("CustomerChanged", {"fields": ["identities"]})


def test_an_identity_of_somebody_else_is_refused(make: Make, write: Write) -> None:
    ann, bob = make("Ann", email="ann@example.com"), make("Bob")

    with pytest.raises(IdentityTaken) as refusal, write() as tx:
        add_identity(tx, bob, email("Ann@Example.com"), now=NOW)

    assert refusal.value.customer_id == ann


def test_an_identity_that_is_there_already_changes_nothing(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann", email="ann@example.com")

    with write() as tx:
        add_identity(tx, made, email("ANN@example.com"), now=NOW)

    assert session.get_one(Customer, made).version == 1


def test_an_identity_taken_away_is_free_for_another(
    make: Make, write: Write, session: Session
) -> None:
    ann, bob = make("Ann", email="shared@example.com"), make("Bob")
    (row,) = identities_of(session, [ann])[ann]

    with write() as tx:
        remove_identity(tx, ann, row.id, now=NOW)
        add_identity(tx, bob, email("shared@example.com"), now=NOW)

    assert find_by_identity(session, "email", "", "shared@example.com") == bob
    assert token_numbers(["eshare"])[0] not in session.get_one(Customer, ann).search_tokens


def test_replacing_keeps_what_stays_with_its_id(make: Make, write: Write, session: Session) -> None:
    made = make("Ann", email="a@example.com", phone="+44 20 7946 0018")
    kept = next(one for one in identities_of(session, [made])[made] if one.kind == "phone")

    with write() as tx:
        phone = read_identity("phone", "+442079460018")
        replace_identities(tx, made, [phone, email("b@example.com")], expected_version=1, now=NOW)
    session.expire_all()

    after = {one.value: one.id for one in identities_of(session, [made])[made]}
    assert set(after) == {"+442079460018", "b@example.com"}
    assert after["+442079460018"] == kept.id
    entry = audited(session, made)[-1]
    assert entry.after == {"identities": ["phone +442079460018", "email b@example.com"]}


def test_replacing_what_somebody_changed_meanwhile_is_refused(make: Make, write: Write) -> None:
    made = make("Ann", email="a@example.com")

    with pytest.raises(PreconditionFailed), write() as tx:
        replace_identities(tx, made, [], expected_version=7, now=NOW)


def test_an_identity_can_be_marked_as_proved(make: Make, write: Write, session: Session) -> None:
    made = make("Ann", email="a@example.com")
    (row,) = identities_of(session, [made])[made]

    with write() as tx:
        set_verified(tx, made, row.id, verified=True, now=NOW)
    session.expire_all()

    assert [one.verified for one in identities_of(session, [made])[made]] == [True]
    assert audited(session, made)[-1].after == {"email a@example.com": True}


def test_another_customers_identity_cannot_be_taken_away_or_proved(
    make: Make, write: Write, session: Session
) -> None:
    ann, bob = make("Ann", email="a@example.com"), make("Bob")
    (row,) = identities_of(session, [ann])[ann]

    with pytest.raises(NotFound), write() as tx:
        remove_identity(tx, bob, row.id, now=NOW)
    with pytest.raises(NotFound), write() as tx:
        set_verified(tx, bob, row.id, verified=True, now=NOW)

    found: UUID | None = find_by_identity(session, "email", "", "a@example.com")
    assert found == ann
