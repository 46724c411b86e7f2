"""Pages of a list hold each customer once and in order, whichever way the database is asked.

Where conditions are met often, a list is walked in its order; else those who meet them are looked
up first. The crowd has both, and clusters where the look ahead promises more than comes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert
from tests.customers.conftest import guarded

from guanxi.attributes import query
from guanxi.attributes.catalogue import Catalogue
from guanxi.customers.attributes import core_attributes
from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.customers.domain.search import token_numbers
from guanxi.customers.list_state import ListState, read_state
from guanxi.customers.models import CustomerTrade
from guanxi.db import Database
from guanxi.http.paging import decode_cursor, encode_cursor
from guanxi.ids import new_id
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

__all__ = ["guarded"]

PEOPLE = 1_000
LIMIT = 30
CATALOGUE = Catalogue([lambda: core_attributes("GBP")])


@dataclass(frozen=True)
class Person:
    """What the database should know of one of the crowd."""

    id: UUID
    number: int
    name: str
    created_at: datetime
    country: str | None
    revenue: Decimal | None
    owner_id: UUID | None
    merged: bool

    @property
    def purchases(self) -> int | None:
        """Few numbers, each of very many."""
        return None if self.revenue is None else self.number % 4

    @property
    def tags(self) -> list[str]:
        """``often``, ``rare``, and ``early``: the first 150."""
        n = self.number
        met = {"often": n % 4 == 0, "rare": n % 400 == 7, "early": n < 150}
        return [tag for tag, is_met in met.items() if is_met]

    @property
    def tokens(self) -> list[str]:
        """Names that many have, few, and those of whom all stand together in the list."""
        n = self.number
        met = {"wwang": n % 5 == 0, "wrare": n % 300 == 11, "wzhang": 300 <= n < 420}
        return [token for token, is_met in met.items() if is_met]


Answers = Callable[[Person], bool]
CONDITIONS: dict[str, tuple[dict[str, str], Answers]] = {
    "nothing": ({}, lambda _one: True),
    "often": ({"customers.tags__has": "often"}, lambda one: "often" in one.tags),
    "rare": ({"customers.tags__has": "rare"}, lambda one: "rare" in one.tags),
    "a cluster": ({"customers.tags__has": "early"}, lambda one: "early" in one.tags),
    "nobody": ({"customers.tags__has": "none"}, lambda _one: False),
    "of another table": ({"customers.revenue__gte": "5"}, lambda one: (one.revenue or 0) >= 5),
    "missing": ({"customers.revenue__missing": "true"}, lambda one: one.revenue is None),
    "searched, often": ({"q": "wang"}, lambda one: "wwang" in one.tokens),
    "searched, rare": ({"q": "rare"}, lambda one: "wrare" in one.tokens),
    "searched, a cluster": ({"q": "zhang"}, lambda one: "wzhang" in one.tokens),
    "searched, nobody": ({"q": "nobody"}, lambda _one: False),
    "searched and filtered": (
        {"q": "wang", "customers.country__eq": "DE"},
        lambda one: "wwang" in one.tokens and one.country == "DE",
    ),
}
SORTS: dict[str, Callable[[Person], Any]] = {
    "customers.name": lambda one: one.name,
    "customers.created_at": lambda one: one.created_at,
    "customers.country": lambda one: one.country,
    "customers.revenue": lambda one: one.revenue,
    "customers.purchases": lambda one: one.purchases,
}


@pytest.fixture
def crowd(database: Database, factories: Factories) -> list[Person]:
    """People with many the same: names, instants, countries, revenues; one in nine is merged."""
    user = factories.user("staff")
    people = [
        Person(
            id=new_id(),
            number=n,
            name=f"name {n % 340:03}",
            created_at=NOW - timedelta(hours=n // 70),
            country=("DE", "GB", "CN", None)[n % 4],
            revenue=None if n % 3 == 0 else Decimal(n % 9),
            owner_id=user if n % 2 else None,
            merged=n % 9 == 8,
        )
        for n in range(PEOPLE)
    ]
    with database.engine.begin() as connection:
        connection.execute(insert(CUSTOMERS), [_row(one, people[0].id) for one in people])
        connection.execute(
            insert(CustomerTrade),
            [
                {
                    "customer_id": one.id, "currency": "GBP", "revenue": one.revenue,
                    "purchases": one.purchases, "returns": 0,
                }
                for one in people
                if one.revenue is not None
            ],
        )  # fmt: skip
    return people


def _row(one: Person, kept: UUID) -> dict[str, Any]:
    return {
        "id": one.id, "kind": "person", "display_name": one.name, "sort_name": one.name,
        "country": one.country, "tags": one.tags, "search_tokens": token_numbers(one.tokens),
        "owner_id": one.owner_id, "merged_into": kept if one.merged else None,
        "created_at": one.created_at, "updated_at": NOW,
    }  # fmt: skip


def listed(arguments: dict[str, str]) -> ListState:
    return read_state(
        CATALOGUE, arguments.items(), default_columns=("customers.name",), permissions=frozenset()
    )


def read_all(database: Database, state: ListState, principal: Any = None) -> list[UUID]:
    """Read page after page, as a reader does who follows the links."""
    found: list[UUID] = []
    after = None
    while True:
        with database.read(principal) as session:
            page = state.query().page(session, state.sort, LIMIT, after)
        found += [row[0] for row in page.rows]
        if page.next_values is None:
            return found
        assert len(page.rows) == LIMIT
        after = decode_cursor(encode_cursor(page.next_values), 2)


def in_order(people: Iterable[Person], key: Callable[[Person], Any], sign: str) -> list[UUID]:
    """Return the ids as the list should show them: who has no value comes last either way."""
    falling = sign == "-"
    living = sorted((one for one in people if not one.merged), key=lambda one: one.id)
    known = [one for one in living if key(one) is not None]
    known.sort(key=lambda one: (key(one), one.id), reverse=falling)
    unknown = [one for one in living if key(one) is None]
    return [one.id for one in [*known, *(reversed(unknown) if falling else unknown)]]


@pytest.mark.parametrize(("sign", "farthest"), [("", 20_000), ("-", 320)])
def test_pages_skip_and_double_nobody(
    database: Database,
    crowd: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    sign: str,
    farthest: int,
) -> None:
    monkeypatch.setattr(query, "FARTHEST", farthest)  # as far as a walk is ever given up
    for name, (arguments, answers) in CONDITIONS.items():
        wanted = [one for one in crowd if answers(one)]
        for sort, key in SORTS.items():
            found = read_all(database, listed({**arguments, "sort": sign + sort}))

            assert found == in_order(wanted, key, sign), (name, sort)


def test_a_searched_list_shows_the_newest_first(database: Database, crowd: list[Person]) -> None:
    wanted = [one for one in crowd if "wwang" in one.tokens]

    found = read_all(database, listed({"q": "wang"}))

    assert found == in_order(wanted, SORTS["customers.created_at"], "-")


@pytest.mark.parametrize("name", ["often", "rare", "searched, often", "searched, a cluster"])
def test_pages_hold_only_who_is_within_sight(
    guarded: Database, factories: Factories, crowd: list[Person], name: str
) -> None:
    arguments, answers = CONDITIONS[name]
    owner = next(one.owner_id for one in crowd if one.owner_id)
    staff = factories.principal(owner, scope="own")

    found = read_all(guarded, listed({**arguments, "sort": "customers.name"}), staff)

    mine = [one for one in crowd if answers(one) and one.owner_id == owner]
    assert found == in_order(mine, SORTS["customers.name"], "")
