"""Lists, search and timeline follow their indexes where there are enough rows to matter."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from tests.performance.conftest import Company

from guanxi.customers.domain.identities import normalise_email
from guanxi.customers.domain.lookup import holders_of
from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.customers.domain.search import query_tokens, search_tokens, token_numbers
from guanxi.customers.domain.searching import search_customers
from guanxi.customers.list_state import read_state
from guanxi.customers.models import CustomerTrade
from guanxi.db import Database
from guanxi.ids import new_id
from guanxi.touchpoints.domain.reading import Filters, newest
from guanxi.touchpoints.models import Touchpoint

ROWS = 6_000
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def word(number: int) -> str:
    """Return a name that few others have: ``Bakola``."""
    syllables = (a + b for a in "bdfgklmnprst" for b in "aeiou")
    parts = list(syllables)
    return (parts[number % 60] + parts[number // 60 % 60] + parts[number // 3600 % 60]).title()


@pytest.fixture
def crowd(database: Database) -> Database:
    """Thousands of customers with trade and touchpoints, and statistics about them."""
    ids = [new_id() for _ in range(ROWS)]
    names = [f"{word(n)} {word(n * 7919)}" for n in range(ROWS)]
    with database.engine.begin() as connection:
        connection.execute(
            insert(CUSTOMERS),
            [
                {
                    "id": one, "kind": "person", "display_name": name, "sort_name": name.lower(),
                    "search_tokens": token_numbers(search_tokens([name])),
                    "created_at": NOW, "updated_at": NOW,
                }
                for one, name in zip(ids, names, strict=True)
            ],
        )  # fmt: skip
        connection.execute(
            insert(CustomerTrade),
            [
                {"customer_id": one, "currency": "GBP", "purchases": 1, "returns": 0, "revenue": n}
                for n, one in enumerate(ids)
            ],
        )
        connection.execute(
            insert(Touchpoint),
            [
                {
                    "id": new_id(), "customer_id": ids[n % 60], "channel": "store", "kind": "call",
                    "direction": "in", "occurred_at": NOW - timedelta(minutes=n),
                    "created_at": NOW, "updated_at": NOW,
                }
                for n in range(ROWS)
            ],
        )  # fmt: skip
        # As an import leaves it: nothing waits to be sorted into the index of the search.
        connection.execute(text("SELECT gin_clean_pending_list('ix_customers_search')"))
        connection.execute(text("ANALYZE"))
    return database


def indexes(database: Database, work: Callable[[Any], object]) -> set[str]:
    """Return the indexes that the statements of ``work`` use, and the tables read whole."""
    found: set[str] = set()
    for node in plans(database, work):
        if node["Node Type"] == "Seq Scan":
            found.add(f"all of {node['Relation Name']}")
        found.add(node.get("Index Name", ""))
    return found - {""}


def plans(database: Database, work: Callable[[Any], object]) -> list[dict[str, Any]]:
    """Return every step of the plans of the statements that ``work`` sends."""
    found: list[dict[str, Any]] = []
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        work(session)
    event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        for statement, parameters in sent:
            if statement == "COMMIT":
                continue
            if statement.startswith("BEGIN;"):
                connection.exec_driver_sql(statement.removeprefix("BEGIN;"))
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            found += nodes(plan.scalar_one()[0]["Plan"])
    return found


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def listed(company: Company, arguments: dict[str, str], after: list[Any] | None = None) -> Any:
    """Return what reads a page of the list with these arguments of an address."""
    state = read_state(
        company.platform.catalogue,
        arguments.items(),
        default_columns=("customers.display_name", "customers.revenue", "customers.last_contact"),
        permissions=frozenset(),
    )
    return lambda session: state.query().page(session, state.sort, 80, after)


def test_the_list_follows_the_index_of_names(crowd: Database, company: Company) -> None:
    first = indexes(crowd, listed(company, {}))
    later = indexes(crowd, listed(company, {}, ["ada3", str(new_id())]))

    assert "ix_customers_sort_name" in first
    assert "ix_customers_sort_name" in later
    assert "all of customers" not in first | later


def test_the_list_by_revenue_follows_the_index_of_revenue(
    crowd: Database, company: Company
) -> None:
    best = indexes(crowd, listed(company, {"sort": "-customers.revenue"}))
    later = indexes(crowd, listed(company, {"sort": "-customers.revenue"}, ["4000", str(new_id())]))

    assert "ix_customer_trade_revenue" in best
    assert "ix_customer_trade_revenue" in later


@pytest.mark.parametrize(("value", "last"), [("revenue", "3000"), ("purchases", 1)])
@pytest.mark.parametrize("more", [{}, {"customers.country__missing": "true"}, {"q": "ba"}])
def test_a_later_page_is_not_reached_through_all_before(
    crowd: Database, company: Company, value: str, last: Any, more: dict[str, str]
) -> None:
    page = listed(company, {"sort": f"-customers.{value}", **more}, [last, str(new_id())])

    conditions = [
        node["Index Cond"]
        for node in plans(crowd, page)
        if node.get("Index Name") == f"ix_customer_trade_{value}"
    ]

    assert [value in condition for condition in conditions] == [True] * len(conditions)
    assert conditions


@pytest.mark.parametrize("query", [word(77), word(4021).lower()[:5], f"{word(5)} {word(5 * 7919)}"])
def test_search_uses_the_index_of_tokens(crowd: Database, company: Company, query: str) -> None:
    quick = indexes(crowd, lambda session: search_customers(session, query))
    searched = indexes(crowd, listed(company, {"q": query}))

    assert "ix_customers_search" in quick
    assert "ix_customers_search" in searched
    assert "all of customers" not in quick | searched


@pytest.mark.parametrize("query", ["u4650", "liu", "@qq.com"])
def test_search_does_not_bet_on_meeting_somebody_soon(crowd: Database, query: str) -> None:
    with crowd.engine.begin() as connection:
        # As the planner sees it once there are very many: each of the tokens is frequent.
        tokens = [token for group in query_tokens(query).groups for token in group]
        some = text(
            "UPDATE customers SET search_tokens = search_tokens || CAST(:tokens AS int[]) "
            "WHERE get_byte(uuid_send(id), 15) % 8 = 0"
        )
        connection.execute(some, {"tokens": token_numbers(tokens)})
        connection.execute(text("SELECT gin_clean_pending_list('ix_customers_search')"))
        connection.execute(text("ANALYZE customers"))

    used = indexes(crowd, lambda session: search_customers(session, query))

    assert "ix_customers_search" in used
    assert "all of customers" not in used


@pytest.mark.parametrize(
    ("arguments", "index"),
    [
        ({"sort": "-customers.purchases"}, "ix_customer_trade_purchases"),
        ({"customers.purchases__gte": "1000"}, "ix_customer_trade_purchases"),
        ({"sort": "customers.country"}, "ix_customers_country"),
        ({"customers.country__eq": "JP"}, "ix_customers_country"),
        ({"customers.kind__eq": "organisation"}, "ix_customers_organisations"),
        ({"customers.status__eq": "closed"}, "ix_customers_closed"),
    ],
)
def test_what_few_have_and_orders_of_the_list_have_their_indexes(
    crowd: Database, company: Company, arguments: dict[str, str], index: str
) -> None:
    used = indexes(crowd, listed(company, arguments))

    assert index in used
    assert "all of customers" not in used


def make_frequent(database: Database, column: str, values: list[str] | list[int]) -> None:
    """Give the tokens or tags to one in five of the crowd, and the planner its statistics."""
    some = text(
        f"UPDATE customers SET {column} = {column} || :values "
        "WHERE get_byte(uuid_send(id), 15) % 5 = 0"
    )
    with database.engine.begin() as connection:
        connection.execute(some, {"values": values})
        connection.execute(text("SELECT gin_clean_pending_list('ix_customers_search')"))
        connection.execute(text("ANALYZE customers"))


def test_a_search_that_many_answer_goes_along_the_newest(crowd: Database, company: Company) -> None:
    make_frequent(crowd, "search_tokens", token_numbers(["wwang"]))

    listing = indexes(crowd, listed(company, {"q": "wang"}))
    later = indexes(crowd, listed(company, {"q": "wang"}, [NOW.isoformat(), str(new_id())]))

    assert "ix_customers_created_at" in listing & later
    assert "ix_customers_search" not in listing | later


def test_a_tag_that_many_have_goes_along_the_names_and_a_rare_one_is_looked_up(
    crowd: Database, company: Company
) -> None:
    make_frequent(crowd, "tags", ["vip"])

    often = indexes(crowd, listed(company, {"customers.tags__has": "vip"}))
    seldom = indexes(crowd, listed(company, {"customers.tags__has": "nobody"}))

    assert often & {"ix_customers_sort_name", "ix_customers_tags"} == {"ix_customers_sort_name"}
    assert "ix_customers_tags" in seldom
    assert "all of customers" not in often | seldom


def test_a_timeline_follows_its_index(crowd: Database) -> None:
    with crowd.read() as session:
        customer_id = session.execute(text("SELECT customer_id FROM touchpoints LIMIT 1")).scalar()

    used = indexes(
        crowd, lambda session: newest(session, Filters(customer_id=customer_id), limit=31)
    )

    assert "ix_touchpoints_timeline" in used


def test_all_touchpoints_follow_the_index_of_the_latest(crowd: Database) -> None:
    used = indexes(crowd, lambda session: newest(session, Filters(), limit=51))

    assert "ix_touchpoints_latest" in used


def test_who_has_some_thousand_identities_is_looked_up_in_their_index(crowd: Database) -> None:
    with crowd.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO customer_identities "
                "(id, customer_id, kind, value, display, created_at) "
                "SELECT gen_random_uuid(), id, 'email', id || '@example.com', '', created_at "
                "FROM customers"
            )
        )
        connection.execute(text("ANALYZE customer_identities"))
    asked = [normalise_email(f"{n}@example.com") for n in range(ROWS)]

    assert indexes(crowd, lambda session: holders_of(session, asked)) == {
        "uq_customer_identities_kind_source_value"
    }
