"""How many statements a page costs does not depend on how much there is to show."""

from collections.abc import Iterator

from flask import Flask
from tests.performance.conftest import Company, statements
from tests.touchpoints.conftest import Browser

from guanxi.db import Database
from guanxi.testkit.clients import ApiClient

BOUND = 25
"""No page needs more, and only few come near."""
ELSEWHERE = {
    "/metrics",  # asks the database about itself
    "/api/v1/stats",  # counts everything, as one asks it to
}


def paths(app: Flask, company: Company) -> Iterator[str]:
    """Every address that shows something: without arguments, or about things that are there."""
    there = {
        "customer_id": company.great,
        "other_id": company.people[1],
        "touchpoint_id": company.touchpoint,
        "user_id": company.admin,
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= there.keys():
            path = adapter.build(rule.endpoint, {name: there[name] for name in rule.arguments})
            if path not in ELSEWHERE:
                yield path
    yield f"/customers/{company.organisation}"
    yield "/customers/?q=ada"
    yield "/customers/?sort=-customers.revenue&columns=customers.owner,customers.revenue"
    yield "/customers/search?q=ada"
    yield f"/customers/{company.great}?member=analytical"
    yield "/api/v1/customers?limit=200&columns=customers.owner,customers.last_contact"
    yield "/api/v1/customers/search?q=ada"
    yield f"/api/v1/touchpoints?customer_id={company.great}&limit=200"


def counted(
    app: Flask, database: Database, company: Company, browser: Browser, api: ApiClient
) -> dict[str, int]:
    """Return the number of statements for each address that is answered with a page."""
    found = {}
    for path in paths(app, company):
        own = path.startswith("/api/v1/")
        get = api.get if own else browser.get
        where = path.removeprefix("/api/v1") if own else path
        get(where)
        with statements(database) as sent:
            answer = get(where)
        if answer.status_code == 200:
            found[path] = len(sent)
    return found


def test_the_statements_of_a_page_do_not_grow_with_the_rows(
    app: Flask, company: Company, api: ApiClient
) -> None:
    database = company.platform.database
    browser = Browser(app, database, company.admin)
    company.grow(3)
    few = counted(app, database, company, browser, api)
    company.grow(30)

    many = counted(app, database, company, browser, api)

    assert len(few) > 90
    assert many == few
    assert {path: n for path, n in many.items() if n > BOUND} == {}


def test_a_page_that_asks_once_for_each_row_would_be_noticed(
    database: Database, company: Company
) -> None:
    company.grow(3)

    def ask_for_each() -> int:
        with statements(database) as sent, database.read() as session:
            for customer_id in session.connection().exec_driver_sql("SELECT id FROM customers"):
                session.connection().exec_driver_sql("SELECT %s::uuid", tuple(customer_id))
        return len(sent)

    few = ask_for_each()
    company.grow(3)

    assert ask_for_each() == few + 3
