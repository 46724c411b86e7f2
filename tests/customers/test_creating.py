"""Creating one customer: what is written, and what is refused with which sentence."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, audited, email, logged

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import IdentityTaken, InvalidCustomer
from guanxi.customers.domain.lookup import find_by_identity, identities_of
from guanxi.customers.domain.tagging import all_tags
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.errors import Refused
from guanxi.ids import new_id
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW


def test_create_writes_the_row_the_identities_the_event_and_the_audit(
    make: Make, session: Session
) -> None:
    made = make(
        "张三", email="San@Example.com", phone="138 0013 8000", city=" 北京 ", source="shop"
    )

    customer = session.get_one(Customer, made)
    identities = identities_of(session, [made])[made]
    assert (customer.display_name, customer.family_name, customer.given_name) == (
        "张三",
        "张",
        "三",
    )
    assert (customer.name_order, customer.city, customer.version) == ("eastern", "北京", 1)
    assert sorted(one.value for one in identities) == ["+8613800138000", "san@example.com"]
    assert logged(session, made) == [
        ("CustomerCreated", {"customer_kind": "person", "source": "shop"})
    ]
    (entry,) = audited(session, made)
    assert entry.action == "customer.created"
    assert entry.after == {
        "kind": "person",
        "display_name": "张三",
        "family_name": "张",
        "given_name": "三",
        "name_order": "eastern",
        "city": "北京",
        "source": "shop",
        "identities": ["email san@example.com", "phone +8613800138000"],
    }


def test_an_identity_belongs_to_one_customer_and_the_refusal_names_it(
    make: Make, write: Write, session: Session
) -> None:
    first = make("Ann", email="ann@example.com")

    again = CustomerDraft(name="Ann", identities=(email("n@example.com"), email("ANN@example.com")))
    with pytest.raises(IdentityTaken) as refusal, write() as tx:
        create_customer(tx, again, now=NOW)

    assert refusal.value.customer_id == first
    assert str(first) in str(refusal.value)
    assert find_by_identity(session, "email", "", "n@example.com") is None


def test_a_refused_customer_leaves_no_trace_even_if_the_caller_goes_on(
    make: Make, write: Write, session: Session
) -> None:
    make("Ann", email="ann@example.com")

    bob = CustomerDraft(name="Bob", identities=(email("b@example.com"), email("ann@example.com")))
    with write() as tx:
        with pytest.raises(IdentityTaken):
            create_customer(tx, bob, now=NOW)
        other = create_customer(tx, CustomerDraft(name="Cid"), now=NOW).id

    names = session.scalars(select(Customer.display_name))
    assert sorted(names) == ["Ann", "Cid"]
    assert len(logged(session, other)) == 1


def test_the_refusal_does_not_betray_a_customer_out_of_sight(
    guarded: Database, factories: Factories, make: Make
) -> None:
    make("Secret", email="secret@example.com")
    staff = factories.principal(factories.user("staff"), scope="own")
    draft = CustomerDraft(name="X", identities=(email("secret@example.com"),))

    with (
        pytest.raises(IdentityTaken) as refusal,
        guarded.write(staff.actor, now=NOW, principal=staff) as tx,
    ):
        create_customer(tx, draft, now=NOW)

    assert refusal.value.customer_id is None


def test_an_owner_or_a_custom_field_that_is_not_there_is_named(write: Write) -> None:
    nobody = CustomerDraft(name="A", owner_id=new_id())
    unknown = CustomerDraft(name="A", custom={"shoe_size": 43})

    with pytest.raises(InvalidCustomer) as no_owner, write() as tx:
        create_customer(tx, nobody, now=NOW)
    with pytest.raises(InvalidCustomer) as no_field, write() as tx:
        create_customer(tx, unknown, now=NOW)

    assert list(no_owner.value.fields) == ["owner_id"]
    assert list(no_field.value.fields) == ["custom.shoe_size"]


def test_new_tags_become_known(make: Make, session: Session) -> None:
    make("A", tags=("vip", "vip", " new "))
    make("B", tags=("vip",))

    assert [tag.name for tag in all_tags(session)] == ["new", "vip"]


def test_a_plugin_may_refuse_with_its_reason(write: Write, session: Session) -> None:
    def refuse(changes: dict[str, object]) -> None:
        if changes["display_name"] == "Nobody":
            raise Refused("Nobody is no name.")

    dispatcher = Dispatcher([Implementation("names", "check_customer", refuse, ("changes",))])
    dispatcher.activate({"names"})

    with pytest.raises(Refused, match=r"Nobody is no name\."), write(dispatcher=dispatcher) as tx:
        create_customer(tx, CustomerDraft(name="Nobody"), now=NOW)
    with write(dispatcher=dispatcher) as tx:
        made: UUID = create_customer(tx, CustomerDraft(name="Somebody"), now=NOW).id

    assert session.get(Customer, made) is not None
