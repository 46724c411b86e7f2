"""People in organisations."""

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, audited, logged

from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.memberships import (
    add_member,
    organisations_of,
    people_of,
    remove_member,
)
from guanxi.errors import Conflict, NotFound
from guanxi.ids import new_id
from guanxi.testkit.fixtures import NOW


def test_a_person_belongs_to_an_organisation_in_a_role(
    make: Make, write: Write, session: Session
) -> None:
    ann, bob, acme = make("Ann"), make("Bob"), make("Acme", kind="organisation")

    with write() as tx:
        add_member(tx, bob, acme, None, now=NOW)
        membership = add_member(tx, ann, acme, " Buyer ", now=NOW)

    assert [(one.name, one.role) for one in people_of(session, acme)] == [
        ("Ann", "Buyer"),
        ("Bob", None),
    ]
    (mine,) = organisations_of(session, ann)
    assert mine == (membership, acme, "Acme", "Buyer")
    assert logged(session, ann)[-1] == ("CustomerChanged", {"fields": ["memberships"]})
    assert audited(session, ann)[-1].after == {"role": "Buyer", "customer": str(acme)}
    assert audited(session, acme)[-1].after == {"customer": str(ann)}


def test_the_same_membership_twice_is_refused(make: Make, write: Write) -> None:
    ann, acme = make("Ann"), make("Acme", kind="organisation")
    with write() as tx:
        add_member(tx, ann, acme, "Buyer", now=NOW)

    with pytest.raises(Conflict, match="Ann belongs to Acme already"), write() as tx:
        add_member(tx, ann, acme, "Owner", now=NOW)


def test_a_membership_joins_a_person_to_an_organisation(make: Make, write: Write) -> None:
    ann, bob = make("Ann"), make("Bob")

    with pytest.raises(InvalidCustomer) as refusal, write() as tx:
        add_member(tx, ann, bob, None, now=NOW)

    assert list(refusal.value.fields) == ["organisation_id"]


def test_a_membership_can_end(make: Make, write: Write, session: Session) -> None:
    ann, acme = make("Ann"), make("Acme", kind="organisation")
    with write() as tx:
        membership = add_member(tx, ann, acme, "Buyer", now=NOW)

    with write() as tx:
        remove_member(tx, membership)

    assert people_of(session, acme) == []
    assert audited(session, ann)[-1].before == {"role": "Buyer", "customer": str(acme)}


def test_a_membership_that_is_not_there_cannot_end(write: Write) -> None:
    with pytest.raises(NotFound), write() as tx:
        remove_member(tx, new_id())
