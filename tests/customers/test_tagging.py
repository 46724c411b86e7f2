"""Tags as the admin tidies them."""

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, logged

from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.tagging import all_tags, delete_tag, rename_tag, set_colour
from guanxi.customers.models import Customer
from guanxi.errors import NotFound
from guanxi.testkit.fixtures import NOW


def test_renaming_reaches_every_customer_and_joins_equal_tags(
    make: Make, write: Write, session: Session
) -> None:
    both, old, other = make("A", tags=("VIP", "vip")), make("B", tags=("x", "VIP")), make("C")

    with write() as tx:
        changed = rename_tag(tx, "VIP", "vip", now=NOW)

    assert changed == 2
    assert session.get_one(Customer, both).tags == ["vip"]
    assert session.get_one(Customer, old).tags == ["x", "vip"]
    assert session.get_one(Customer, old).version == 2
    assert session.get_one(Customer, other).version == 1
    assert [tag.name for tag in all_tags(session)] == ["vip", "x"]
    assert logged(session, both)[-1] == ("CustomerChanged", {"fields": ["tags"]})


def test_a_renamed_tag_keeps_its_colour(make: Make, write: Write, session: Session) -> None:
    make("A", tags=("vip",))
    with write() as tx:
        set_colour(tx, "vip", "red")

    with write() as tx:
        rename_tag(tx, "vip", "重要", now=NOW)

    assert [(tag.name, tag.colour) for tag in all_tags(session)] == [("重要", "red")]


def test_a_deleted_tag_is_gone_everywhere(make: Make, write: Write, session: Session) -> None:
    made = make("A", tags=("old", "vip"))

    with write() as tx:
        delete_tag(tx, "old", now=NOW)

    assert session.get_one(Customer, made).tags == ["vip"]
    assert [tag.name for tag in all_tags(session)] == ["vip"]


def test_a_tag_that_is_not_there_or_a_colour_not_offered_is_refused(write: Write) -> None:
    with pytest.raises(NotFound), write() as tx:
        rename_tag(tx, "nothing", "something", now=NOW)
    with pytest.raises(NotFound), write() as tx:
        delete_tag(tx, "nothing", now=NOW)
    with pytest.raises(InvalidCustomer), write() as tx:
        set_colour(tx, "vip", "ultraviolet")
