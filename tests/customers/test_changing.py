"""Changing one customer: only what differs is written, seen and checked."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, audited, logged

from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.faults import InvalidCustomer, NoSuchCustomer
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.search import token_numbers
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.errors import PreconditionFailed, Refused
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW


def test_a_change_writes_what_differs_with_event_and_audit(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann Lee", city="Leeds")

    with write() as tx:
        change_customer(tx, made, {"city": "York", "note": "Likes tea\nand cats"}, now=NOW)

    customer = session.get_one(Customer, made)
    assert (customer.city, customer.note, customer.version) == ("York", "Likes tea\nand cats", 2)
    assert logged(session, made)[-1] == ("CustomerChanged", {"fields": ["city", "note"]})
    entry = audited(session, made)[-1]
    assert entry.before == {"city": "Leeds", "note": None}
    assert entry.after == {"city": "York", "note": "Likes tea\nand cats"}


def test_a_change_that_changes_nothing_leaves_no_trace(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann Lee", city="Leeds")

    with write() as tx:
        change_customer(tx, made, {"city": " Leeds ", "note": ""}, now=NOW)

    assert session.get_one(Customer, made).version == 1
    assert len(logged(session, made)) == 1


def test_a_new_name_is_taken_apart_and_found(make: Make, write: Write, session: Session) -> None:
    made = make("Ann Lee")

    with write() as tx:
        change_customer(tx, made, {"name": "欧阳娜娜"}, now=NOW)

    customer = session.get_one(Customer, made)
    assert (customer.family_name, customer.given_name) == ("欧阳", "娜娜")
    now_called, once_called = token_numbers(["=欧阳娜娜", "=annlee"])
    assert now_called in customer.search_tokens
    assert once_called not in customer.search_tokens
    assert audited(session, made)[-1].after == {
        "display_name": "欧阳娜娜",
        "family_name": "欧阳",
        "given_name": "娜娜",
        "name_order": "eastern",
    }


def test_one_part_of_a_name_can_be_changed(make: Make, write: Write, session: Session) -> None:
    made = make("Ann Lee")

    with write() as tx:
        change_customer(tx, made, {"family_name": "Smith"}, now=NOW)

    assert session.get_one(Customer, made).display_name == "Ann Smith"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "", "family_name": "", "given_name": ""}, "family_name"),
        ({"status": "closed"}, "status"),
        ({"kind": "organisation"}, "kind"),
        ({"search_tokens": [1]}, "search_tokens"),
        ({"custom": {"nothing": 1}}, "custom.nothing"),
        ({"owner_id": UUID(int=7)}, "owner_id"),
    ],
)
def test_a_change_that_does_not_do_is_named(
    make: Make, write: Write, changes: dict[str, object], field: str
) -> None:
    made = make("Ann Lee")

    with pytest.raises(InvalidCustomer) as refusal, write() as tx:
        change_customer(tx, made, changes, now=NOW)

    assert list(refusal.value.fields) == [field]


def test_a_change_of_something_else_than_was_seen_is_refused(
    make: Make, write: Write, session: Session
) -> None:
    made = make("Ann Lee", city="Leeds")
    with write() as tx:
        change_customer(tx, made, {"city": "York"}, expected_version=1, now=NOW)

    with pytest.raises(PreconditionFailed), write() as tx:
        change_customer(tx, made, {"city": "Hull"}, expected_version=1, now=NOW)

    assert session.get_one(Customer, made).city == "York"


def test_custom_values_are_patched_key_by_key(make: Make, write: Write, session: Session) -> None:
    with write() as tx:
        for key, kind in (("income", "money"), ("hobby", "text")):
            create_field(tx, key, kind, {"title_en": key, "title_zh": key})
    made = make("Ann Lee", custom={"income": "1000.50", "hobby": "chess"})

    with write() as tx:
        change_customer(tx, made, {"custom": {"income": 2000, "hobby": None}}, now=NOW)

    assert session.get_one(Customer, made).custom == {"income": "2000"}
    assert logged(session, made)[-1][1] == {"fields": ["custom.hobby", "custom.income"]}


def test_the_old_id_of_a_merged_customer_changes_the_one_it_became(
    make: Make, write: Write, session: Session
) -> None:
    kept, merged = make("Ann Lee"), make("Anne Lee")
    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    with write() as tx:
        changed = change_customer(tx, merged, {"city": "York"}, now=NOW)

    assert changed.id == kept
    assert session.get_one(Customer, kept).city == "York"


def test_a_customer_out_of_sight_cannot_be_changed(
    guarded: Database, factories: Factories, make: Make, session: Session
) -> None:
    made = make("Ann Lee", city="Leeds")
    staff = factories.principal(factories.user("staff"), scope="own")

    with pytest.raises(NoSuchCustomer), guarded.write(staff.actor, now=NOW, principal=staff) as tx:
        change_customer(tx, made, {"city": "York"}, now=NOW)

    assert session.get_one(Customer, made).city == "Leeds"


def test_a_plugin_sees_the_customer_and_the_change_and_may_refuse(
    make: Make, write: Write, session: Session
) -> None:
    def refuse(customer: Customer, changes: dict[str, object]) -> None:
        if customer.city == "Leeds" and changes == {"city": "York"}:
            raise Refused("Nobody moves from Leeds to York.")

    made = make("Ann Lee", city="Leeds")
    implementation = Implementation("moves", "check_customer", refuse, ("customer", "changes"))
    dispatcher = Dispatcher([implementation])
    dispatcher.activate({"moves"})

    with pytest.raises(Refused, match="Leeds to York"), write(dispatcher=dispatcher) as tx:
        change_customer(tx, made, {"city": "York"}, now=NOW)

    assert session.get_one(Customer, made).city == "Leeds"
