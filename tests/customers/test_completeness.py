"""How complete a record is: one number on the page, in lists, filters and sorting."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.completeness import completeness, completeness_sql, missing_in
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.models import Customer
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.fixtures import NOW

MAIL = (read_identity("email", "ada@example.com"),)
FULL: dict[str, Any] = {
    "name": "Ada",
    "country": "GB",
    "city": "London",
    "language": "en",
    "street": "Wharf 1",
    "birthday": date(1985, 12, 10),
    "tags": ("vip",),
    "identities": MAIL,
}


def both(session: Session, identities: int) -> tuple[int, int]:
    """The number that the page shows, and the one that the database computes."""
    customer, computed = session.execute(select(Customer, completeness_sql())).one()
    return completeness(customer, identities), computed


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    known=st.sets(st.sampled_from(sorted(FULL.keys() - {"name"}))),
    kind=st.sampled_from(["person", "organisation"]),
)
def test_page_and_database_agree(write: Any, known: set[str], kind: str) -> None:
    values = {"name": "Ada", **{name: FULL[name] for name in known}}
    if kind == "organisation":
        values.pop("birthday", None)
    with write() as session:
        create_customer(session, CustomerDraft(kind=kind, **values), now=NOW)
        session.flush()
        shown, computed = both(session, len(values.get("identities", ())))
        session.rollback()

    assert shown == computed
    own = "birthday" if kind == "person" else "street"
    counted = {"country", "city", "language", "tags", "identities", own}
    assert shown == 100 * (1 + len(values.keys() & counted)) // 8


def test_what_is_missing_is_named(write: Any, session: Session) -> None:
    with write() as tx:
        create_customer(tx, CustomerDraft(name="Ada", city="London"), now=NOW)

    (customer,) = session.scalars(select(Customer))

    assert missing_in(customer, 0) == [
        "identity", "country", "language", "owner", "birthday", "tags",
    ]  # fmt: skip


def test_lists_filter_and_sort_by_it(api: ApiClient) -> None:
    api.post("/customers", {"kind": "person", "name": "Little"})
    api.post("/customers", {"kind": "person", "name": "More", "city": "Rome", "country": "IT"})

    ordered = api.get("/customers?sort=-customers.completeness&columns=customers.completeness")
    low = api.get("/customers?customers.completeness__lt=30")

    assert [one["name"] for one in ordered.json["items"]] == ["More", "Little"]
    assert [one["name"] for one in low.json["items"]] == ["Little"]
