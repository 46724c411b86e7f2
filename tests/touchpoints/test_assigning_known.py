"""Unassigned purchases go to those whom their hints name, all at once."""

from typing import Any

from sqlalchemy import text
from tests.touchpoints.conftest import Browser, purchase, recorded

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identity_input import read_identity
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.assigning_known import assign_known


def known(write, name, *identities):
    """A customer with identities of kind, source and value."""
    with write() as session:
        found = [read_identity(kind, value, source=source) for kind, source, value in identities]
        draft = CustomerDraft(name=name, identities=tuple(found))
        return create_customer(session, draft, now=NOW).id


def hints(write, *pairs):
    return recorded(
        write,
        *(purchase(source=source, external_id=f"{source}-{n}", customer_hint=hint)
          for n, (source, hint) in enumerate(pairs)),
    )  # fmt: skip


def owners(session) -> dict[Any, Any]:
    found = session.execute(
        text(
            "SELECT t.source, t.customer_hint, c.display_name FROM touchpoints t"
            " LEFT JOIN customers c ON c.id = t.customer_id"
        )
    )
    return {(source, hint): name for source, hint, name in found}


def test_numbers_addresses_and_telephone_numbers_find_their_customers(write, session):
    hints(
        write, ("shop", "1042"), ("till", "1042"), ("till", "shop:7"), ("shop", "Ada@Example.com"),
        ("shop", "+442079460018"), ("shop", "nobody"), ("shop", "shop:"),
    )  # fmt: skip
    known(write, "Wang", ("external", "shop", "1042"))
    known(write, "Seven", ("external", "shop", "7"), ("phone", "", "+44 20 7946 0018"))
    known(write, "Ada", ("email", "", "ada@example.com"))

    with write() as tx:
        assert assign_known(tx, now=NOW) == 4

    assert owners(session) == {
        ("shop", "1042"): "Wang",
        ("till", "1042"): None,
        ("till", "shop:7"): "Seven",
        ("shop", "Ada@Example.com"): "Ada",
        ("shop", "+442079460018"): "Seven",
        ("shop", "nobody"): None,
        ("shop", "shop:"): None,
    }


def test_each_is_told_to_the_log_and_again_changes_nothing(write, session):
    hints(write, ("shop", "1"), ("shop", "1"), ("shop", "2"))
    known(write, "One", ("external", "shop", "1"))

    with write() as tx:
        assert assign_known(tx, now=NOW) == 2
    with write() as tx:
        assert assign_known(tx, now=NOW) == 0

    told = session.execute(
        text("SELECT count(*) FROM events WHERE kind = 'TouchpointCorrected'")
    ).scalar_one()
    assert told == 2


def test_from_the_page_and_by_api(write, browser: Browser, api: ApiClient):
    hints(write, ("shop", "1"))
    known(write, "One", ("external", "shop", "1"))
    assert "Assign by number" in browser.get("/touchpoints/unassigned").text

    assert browser.send("/touchpoints/unassigned").status_code == 302

    assert "Everything is assigned" in browser.get("/touchpoints/unassigned").text
    assert api.post("/touchpoints/assign-known").json == {"assigned": 0}
