"""Who sees whose customers: swept over every page and every API operation that reads."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from tests.access.world import Dossier, dossier, give, new_role, new_team
from tests.touchpoints.conftest import Browser
from werkzeug.routing import Rule

from guanxi.customers.jobs import find_duplicates
from guanxi.customers.models import Customer
from guanxi.delivery.at_work import ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

SAMPLES = {
    "what": "customers",
    "name": "channels",
    "scope": "core",
    "key": "phone",
    "import_id": str(UUID(int=1)),
}
READS_EVERYTHING = {"api_audit.list_entries", "audit.list_entries"}
"""Whose permission says so: who may read the audit log reads all of it."""
QUERIES = {
    "customers.search": [{"q": "{word}"}],
    "customers.list_customers": [{"q": "{word}"}],
    "touchpoints.customer_hits": [{"q": "{word}"}],
    "api_customers.search": [{"q": "{word}"}],
    "api_customers.list_customers": [{"customers.name__starts": "{word}"}, {"limit": "200"}],
    "api_work.list_comments": [{"customer_id": "{customer_id}"}],
    "api_touchpoints.list_touchpoints": [{"customer_id": "{customer_id}"}],
    "api_touchpoints.list_plans": [{"customer_id": "{customer_id}"}],
    "api_rewards.list_rewards": [{"customer_id": "{customer_id}"}],
    "api_messages.list_messages": [{"customer_id": "{customer_id}"}],
    "api_customers.ask_may_contact": [{"channel": "email", "purpose": "service"}],
    "messages.new": [{"customer": "{customer_id}"}],
    "touchpoints.new": [{"customer": "{customer_id}"}],
    "work.new_task": [{"customer_id": "{customer_id}"}],
    "customers.choose_other": [{"q": "{word}"}],
}
"""What a route is asked besides its bare address."""


class Company:
    """Ann and Bob see their own customers, Lea her team's (Bob's), the boss all."""

    def __init__(self, app: Flask, platform: Platform, factories: Factories) -> None:
        self.app, self.platform, self.factories = app, platform, factories
        self.ann = factories.user("staff", name="Ann")
        self.bob = factories.user("staff", name="Bob")
        self.lea = factories.user("staff", name="Lea")
        self.boss = factories.user("admin", name="Boss")
        own, team = new_role(platform, "own"), new_role(platform, "team")
        north = new_team(platform, "North")
        give(platform, self.ann, own)
        give(platform, self.bob, own, north)
        give(platform, self.lea, team, north)
        admin = ApiClient(app, factories.token(user_id=self.boss))
        self.of_ann = dossier(platform, admin, "Amberley", self.ann)
        self.of_bob = dossier(platform, admin, "Bramcote", self.bob)
        Delivery(platform.database, platform.vocabulary).drain(ReadersAtWork(platform)())

    def browser(self, user_id: UUID) -> Browser:
        """Somebody at the pages."""
        return Browser(self.app, self.platform.database, user_id)

    def api(self, user_id: UUID) -> ApiClient:
        """Somebody's program."""
        return ApiClient(self.app, self.factories.token(user_id=user_id))


@pytest.fixture
def company(app: Flask, platform: Platform, factories: Factories) -> Company:
    return Company(app, platform, factories)


def addresses(app: Flask, platform: Platform, of: Dossier) -> Iterator[tuple[str, str]]:
    """Every address of the core that can be read, with ids and words of one customer."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        permission = platform.route_permissions.get(rule.endpoint)
        if "GET" not in (rule.methods or ()) or permission is None:
            continue
        if platform.host.owner_of(rule.endpoint) or rule.endpoint in READS_EVERYTHING:
            continue
        path = adapter.build(rule.endpoint, values(rule, of))
        yield rule.endpoint, path
        for query in QUERIES.get(rule.endpoint, ()):
            filled = {k: v.format(word=of.word, **of.ids) for k, v in query.items()}
            yield rule.endpoint, f"{path}?{urlencode(filled)}"


def values(rule: Rule, of: Dossier) -> dict[str, str]:
    missing = str(UUID(int=7))
    return {
        name: of.ids.get(name) or SAMPLES.get(name) or (missing if name.endswith("_id") else "x")
        for name in rule.arguments
    }


def read(company: Company, user_id: UUID, of: Dossier) -> dict[str, str]:
    """What somebody gets to read where they ask for the customer of ``of``, by address."""
    browser = company.browser(user_id)
    asked = addresses(company.app, company.platform, of)
    return {path: browser.get(path).text for _, path in asked}


def telling(pages: dict[str, str], word: str) -> list[str]:
    """The addresses whose answers tell something of a customer; what was asked for is not told."""
    echo = re.compile(rf'(value="|q=|hint=){word}')
    return [path for path, body in pages.items() if word in echo.sub("", body)]


def test_nothing_of_another_persons_customer_is_told_anywhere(company: Company) -> None:
    pages = read(company, company.ann, company.of_bob)

    assert telling(pages, company.of_bob.word) == []
    assert len(telling(pages, company.of_ann.word)) > 10


def test_a_team_lead_sees_the_team_and_nobody_else(company: Company) -> None:
    strange = read(company, company.lea, company.of_ann)
    known = read(company, company.lea, company.of_bob)

    assert telling(strange, company.of_ann.word) == []
    assert len(telling(known, company.of_bob.word)) > 40


def test_what_one_does_not_see_one_cannot_change(company: Company) -> None:
    browser, before = company.browser(company.ann), everything_of(company, company.of_bob)
    adapter, accepted = company.app.url_map.bind("localhost"), []
    for rule in company.app.url_map.iter_rules():
        named = set(rule.arguments) & set(company.of_bob.ids)
        if not named or rule.methods is None or "GET" in rule.methods:
            continue
        path = adapter.build(rule.endpoint, values(rule, company.of_bob))
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            status = change(company, browser, method, path)
            if status not in (302, 404, 409, 422):
                accepted.append((method, path, status))

    assert accepted == []
    assert everything_of(company, company.of_bob) == before


def change(company: Company, browser: Browser, method: str, path: str) -> int:
    """Try to change something with a body that fits many forms."""
    body = {"reason": "because", "note": "x", "occasion": "returned", "given": True, "done": True}
    if path.startswith("/api/v1"):
        api = company.api(company.ann)
        return api.request(method, path.removeprefix("/api/v1"), body).status_code
    return browser.send(
        path, {**body, "text": "x", "kind": "email", "value": "a@b.example"}
    ).status_code


def everything_of(company: Company, of: Dossier) -> dict[str, list[str]]:
    """All rows that name the customer, by table."""
    tables = {
        "customers": "id",
        "customer_identities": "customer_id",
        "customer_memberships": "person_id",
        "touchpoints": "customer_id",
        "touchpoint_plans": "customer_id",
        "rewards": "customer_id",
        "messages": "customer_id",
        "tasks": "customer_id",
        "customer_comments": "customer_id",
    }
    with company.platform.database.read() as session:
        return {
            table: list(
                session.execute(
                    text(f"SELECT t::text FROM {table} t WHERE {column} = :id ORDER BY 1"),
                    {"id": of.ids["customer_id"]},
                ).scalars()
            )
            for table, column in tables.items()
        }


def test_an_export_holds_what_its_person_sees(company: Company) -> None:
    for what in ("customers", "touchpoints"):
        body = company.api(company.ann).get(f"/exports/{what}.csv")

        assert body.status_code == 200, what
        assert "Amberley" in body.text, what
        assert "Bramcote" not in body.text, what


def test_the_home_page_counts_ones_own_customers_only(company: Company) -> None:
    assert "£9.50" in company.browser(company.ann).get("/").text
    assert "£19.00" in company.browser(company.boss).get("/").text


def test_an_upsert_does_not_reach_another_persons_customer(company: Company) -> None:
    item = {
        "name": "Taken over",
        "identities": [{"kind": "email", "value": "bramcote@example.com"}],
    }
    answer = company.api(company.ann).post("/customers/bulk", {"mode": "upsert", "items": [item]})

    with company.platform.database.read() as session:
        name = session.execute(
            select(Customer.display_name).where(
                Customer.id == UUID(company.of_bob.ids["customer_id"])
            )
        ).scalar_one()
    assert name == "Bramcote Person"
    assert "Bramcote" not in answer.text


def test_another_role_holds_from_the_next_request_on(company: Company) -> None:
    path = f"/api/v1/customers/{company.of_bob.ids['customer_id']}"
    token = company.factories.token(user_id=company.ann)
    ann = ApiClient(company.app, token)
    assert ann.get(path.removeprefix("/api/v1")).status_code == 404

    give(company.platform, company.ann, new_role(company.platform, "all"))

    assert ann.get(path.removeprefix("/api/v1")).status_code == 200


def test_looking_for_similar_customers_tells_of_ones_own_only(company: Company) -> None:
    find_duplicates(company.platform)

    def similar(word: str) -> str:
        address = {"kind": "email", "value": f"{word.lower()}@example.com"}
        draft = {"kind": "person", "name": f"{word} Person", "identities": [address]}
        answer = company.api(company.ann).post("/customers/similar", draft)
        assert answer.status_code == 200
        return answer.text

    assert company.of_ann.ids["customer_id"] in similar("Amberley")
    assert company.of_bob.ids["customer_id"] not in similar("Bramcote")
