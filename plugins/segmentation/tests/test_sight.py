"""Whatever a hidden customer does, whoever may not see them notices nothing, at any address.

A seller reads every address that answers a GET, twice; in between the other customer does all
that segmentation looks at. The admin reads the same: where nothing differs for the admin, either,
the address tells of no customers at all.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from plugins.segmentation.tests.clients import Person, allow
from plugins.segmentation.tests.membership.town import Town, lives_in, rule
from plugins.segmentation.tests.worth import OPTIONS
from werkzeug.routing import Rule

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi_segmentation.membership import pins
from guanxi_segmentation.schemes.domain import change_scheme, create_scheme
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.schemes.key_accounts import mark
from guanxi_segmentation.schemes.presets import ensure_ready_made

HIDDEN: Final = "Hugo Trader"
SAFE: Final = ("GET", "HEAD", "OPTIONS")
TRIED: Final = {
    "/preview": {"rule": rule(lives_in("York"))},
    "/scheme-preview": {"scheme": "tiers", "options": OPTIONS},
}
"""What only reads though it is sent: body by address of the API."""
ASKED: Final = {
    "segmentation.find_customers": "?customer_query=Trader",
    "segmentation.ask_why": "?customer_query=Trader",
    "api_segmentation.show_movement": "?first={day}&last={day}",
}
"""What is asked behind a question mark; both customers are called Trader."""
TOWNS: Final = SchemeDraft(
    "towns", "Towns", "rules",
    [ClassDraft("york", "York", rule=rule(lives_in("York"))), ClassDraft("other", "Other")],
)  # fmt: skip
OF_NOBODY: Final = {
    *(f"api_segmentation.list_{what}" for what in ("rules", "templates", "treatments", "uses")),
    *(f"segmentation.{page}" for page in ("choose_ready", "ready_schemes")),
    *(f"segmentation.edit_{what}" for what in ("segment", "scheme", "class")),
    *(f"segmentation.new_{what}" for what in ("segment", "scheme", "class")),
}
"""What tells of no customers: equal for the admin, too; counts of drafts come by themselves."""
CUTS: Final = {"api_segmentation.list_cuts", "segmentation.rfm_cuts", "segmentation.rfm_cut"}
"""What tells of how it was when the break points were cut."""


class Reader:
    """Somebody who reads every address, as a program and in a browser."""

    def __init__(self, site: Flask, town: Town, factories: Factories, role: str) -> None:
        self.user_id = factories.user(role)
        self.api = ApiClient(site, factories.token(role, user_id=self.user_id))
        self.person = Person(site, town.platform.database, self.user_id)

    def read(self, endpoint: str, path: str) -> tuple[int, str]:
        """Return status and text of one answer, without what is new in each."""
        if endpoint.startswith("api_"):
            answer = self.api.get(path.removeprefix("/api/v1"))
        else:
            answer = self.person.get(path)
        return answer.status_code, plain(answer.text)

    def everything(self, site: Flask, values: Mapping[str, str]) -> dict[str, tuple[int, str]]:
        """Return all answers by endpoint and, where it matters, what it was asked about."""
        found = {one.endpoint: self.read(one.endpoint, address(one, values)) for one in rules(site)}
        for path in ("/", f"/customers/{values['customer_id']}"):
            found[path] = self.read("page", path)
        for path, body in TRIED.items():
            answer = self.api.post(f"/segmentation{path}", body)
            found[path] = (answer.status_code, plain(answer.text))
        return found


def plain(text: str) -> str:
    """Return a text without what is new each time: tokens, the id of the request."""
    text = re.sub(r'(csrf[-_]token" (?:content|value)=")[^"]+', r"\1", text)
    return re.sub(r'("request_id":")[^"]+', r"\1", text)


def rules(site: Flask) -> Iterator[Rule]:
    """Yield every rule of segmentation that answers a GET."""
    for one in site.url_map.iter_rules():
        blueprint = one.endpoint.partition(".")[0]
        mine = blueprint in ("segmentation", "api_segmentation")
        if mine and "GET" in (one.methods or ()) and "static" not in one.endpoint:
            yield one


def address(one: Rule, values: Mapping[str, str]) -> str:
    """Return the address of a rule; ``key`` is of a scheme or of a segment."""
    filled = {**values, "key": "tiers" if "/schemes/" in one.rule else "yorkers"}
    if one.endpoint in ("segmentation.edit_class", "segmentation.new_class"):
        filled |= {"key": "towns", "class_key": "york"}
    path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: filled[found[1]], str(one.rule))
    return path + ASKED.get(one.endpoint, "").format(**values)


@pytest.fixture
def site(segmentation: Platform) -> Flask:
    """The application, with segmentation enabled."""
    return create_app(segmentation)


@pytest.fixture
def seller(site: Flask, town: Town, factories: Factories) -> Reader:
    """Somebody who may do everything here, but sees only their own customers."""
    allow(factories, "staff", "segmentation.view", "segmentation.manage")
    return Reader(site, town, factories, "staff")


@pytest.fixture
def pair(town: Town, seller: Reader, configure: Callable[..., None]) -> tuple[UUID, UUID]:
    """The seller's customer, who is in everything, and a hidden one, who is in nothing yet."""
    configure(rfm_convention="fixed")
    mine = town.person("Vera Trader", city="York", owner_id=seller.user_id)
    hidden = town.person("Nobody Yet", city="Bath")
    town.buy(mine, town.now - timedelta(days=3), "111")
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
        change_scheme(
            session,
            "tiers",
            {"options": {**OPTIONS, "by": "value", "potential_at": "1"}},
            now=town.now,
        )
        create_scheme(session, TOWNS, now=town.now)
    town.built("yorkers", lives_in("York"))
    town.built("list", None)
    with town.write() as session:
        pins.pin(session, "yorkers", mine, included=True, reason="Mine", now=town.now)
        pins.pin(session, "list", mine, included=True, reason="Mine", now=town.now)
        mark(session, mine, is_key=True, reason="Mine", now=town.now)
    work(town)
    town.run("recut", town.now)
    return mine, hidden


def work(town: Town) -> None:
    """Let workers do all that there is to do."""
    town.deliver()
    for job in ("build", "rebuild"):
        town.run(job, town.now)
    town.refresh()


def act(town: Town, hidden: UUID) -> None:
    """Let the hidden customer do all that segmentation looks at."""
    town.change(hidden, city="York", name=HIDDEN)
    for days in (1, 2, 50):
        town.buy(hidden, town.now - timedelta(days=days), "77777")
    with town.write() as session:
        pins.pin(session, "yorkers", hidden, included=True, reason="Of Hugo", now=town.now)
        pins.pin(session, "list", hidden, included=True, reason="Of Hugo", now=town.now)
        mark(session, hidden, is_key=True, reason="Of Hugo", now=town.now)
    work(town)


def test_whatever_a_hidden_customer_does_a_seller_notices_nothing(
    site: Flask, town: Town, seller: Reader, factories: Factories, pair: tuple[UUID, UUID]
) -> None:
    mine, hidden = pair
    admin = Reader(site, town, factories, "admin")
    values = {
        "customer_id": str(mine), "class_key": "core", "scheme": "tiers", "version": "1",
        "day": str(town.now.date()), "name": "retail",
    }  # fmt: skip
    with time_machine.travel(town.now + timedelta(seconds=1), tick=False):
        before = [one.everything(site, values) for one in (seller, admin)]
        act(town, hidden)
        after = [one.everything(site, values) for one in (seller, admin)]

    assert {name for name in before[0] if before[0][name] != after[0][name]} == set()
    traces = (HIDDEN, "Hugo", str(hidden), "77777", "77,777")
    assert {name for name, (_, text) in after[0].items() if any(t in text for t in traces)} == set()
    assert {name for name, (status, _) in after[0].items() if status != 200} == {
        "api_segmentation.show_cohorts"
    }
    of_one = {one.endpoint for one in rules(site) if "customer_id" in one.arguments}
    equal = {name for name in before[1] if before[1][name] == after[1][name]}
    of_one.add(f"/customers/{mine}")
    assert equal - of_one == OF_NOBODY | CUTS


def test_how_many_were_there_at_a_cut_is_for_those_who_see_everybody(
    site: Flask, town: Town, seller: Reader, factories: Factories, pair: tuple[UUID, UUID]
) -> None:
    admin = Reader(site, town, factories, "admin")
    cuts = [one.api.get("/segmentation/rfm/cuts").json["items"] for one in (seller, admin)]
    pages = [one.person.read("/segmentation/rfm/cuts/1") for one in (seller, admin)]

    assert [found[0]["customers"] for found in cuts] == [None, 1]
    assert ["Customers with purchases" in page for page in pages] == [False, True]


def test_nothing_is_told_of_a_hidden_customer_whoever_asks_for_them(
    site: Flask, town: Town, seller: Reader, pair: tuple[UUID, UUID]
) -> None:
    values = {"customer_id": str(pair[1]), "day": str(town.now.date())}
    asked = [one for one in rules(site) if "customer_id" in one.arguments]

    found = {one.endpoint: seller.read(one.endpoint, address(one, values))[0] for one in asked}

    assert len(found) == 8
    assert {name: status for name, status in found.items() if status != 404} == {}
