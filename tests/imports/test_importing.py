"""Imports end to end on the platform: checked, run, resumed, repeated, taken back."""

import pytest
from tests.imports.conftest import ADA, Prepare, counts, rows

from guanxi.clock import utc_now
from guanxi.errors import Conflict, Invalid
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import Run, refusals, undo
from guanxi.imports.importers import KINDS
from guanxi.platform import Platform

CUSTOMERS = """id,name,email,country,tags
1,Ada Lovelace,ada@example.com,GB,"vip,early"
2,张三,zhang@example.com,CN,
3,Grace Hopper,not an address,US,
"""
PEOPLE = ColumnMapping(
    {"external_id": "id", "name": "name", "email": "email", "country": "country", "tags": "tags"},
    {"external_source": "shop"},
)
LINES = """invoice,product,what,quantity,price,when,customer
A1,P1,Tea set,2,10.00,2026-03-01 10:00,1.0
A2,P2,Lantern,1,5.50,2026-03-01 11:00,
A1,P3,Bunting,1,3.25,2026-03-01 10:00,1.0
A3,P1,Tea set,-1,10.00,2026-03-02 09:00,2.0
A4,P1,Tea set,many,10.00,2026-03-02 09:00,2.0
A5,P1,Tea set,1,10.00,2026-03-03 09:00,99.0
"""
TRADE = ColumnMapping(
    {
        "external_id": "invoice",
        "product": "product",
        "description": "what",
        "quantity": "quantity",
        "unit_price": "price",
        "occurred_at": "when",
        "customer_id": "customer",
    },
    {"source": "shop", "customer_source": "shop", "channel": "website", "currency": "GBP"},
    {"time_zone": "Europe/London"},
)


def test_customers_come_in_and_the_bad_row_is_refused_with_its_reason(
    platform: Platform, prepare: Prepare
) -> None:
    run = prepare("customers", CUSTOMERS, PEOPLE)

    assert run.execute() is True

    assert counts(platform, run) == (2, 0, 0, 1)
    names = rows(platform, "SELECT display_name FROM customers ORDER BY created_at, id")
    assert sorted(names) == [("Ada Lovelace",), ("张三",)]
    with platform.database.read() as session:
        refused = list(refusals(session, run.row.id))
    assert [(r.row_number, r.cells[2]) for r in refused] == [(4, "not an address")]


def test_lines_of_one_number_form_one_purchase_wherever_they_stand(
    platform: Platform, prepare: Prepare
) -> None:
    prepare("customers", CUSTOMERS, PEOPLE).execute()
    run = prepare("touchpoints", LINES, TRADE)

    run.execute()

    assert counts(platform, run) == (4, 0, 0, 1)
    found = rows(
        platform,
        "SELECT t.external_id, t.kind, t.amount::text, count(l.*), t.customer_id IS NOT NULL,"
        " t.customer_hint FROM touchpoints t JOIN touchpoint_lines l ON l.touchpoint_id = t.id"
        " GROUP BY t.id ORDER BY t.external_id",
    )
    assert found == [
        ("A1", "purchase", "23.2500", 2, True, None),
        ("A2", "purchase", "5.5000", 1, False, None),
        ("A3", "return", "-10.0000", 1, True, None),
        ("A5", "purchase", "10.0000", 1, False, "99"),
    ]
    when = rows(platform, "SELECT occurred_at::text FROM touchpoints WHERE external_id = 'A1'")
    assert when == [("2026-03-01 10:00:00+00",)]


def test_the_same_file_again_changes_nothing(platform: Platform, prepare: Prepare) -> None:
    prepare("customers", CUSTOMERS, PEOPLE).execute()
    prepare("touchpoints", LINES, TRADE).execute()
    events = rows(platform, "SELECT count(*) FROM events")

    people, trade = prepare("customers", CUSTOMERS, PEOPLE), prepare("touchpoints", LINES, TRADE)
    people.execute()
    trade.execute()

    assert counts(platform, people) == (0, 0, 2, 1)
    assert counts(platform, trade) == (0, 0, 4, 1)
    assert rows(platform, "SELECT count(*) FROM events") == events


def test_a_check_says_what_would_happen_and_writes_nothing(
    platform: Platform, prepare: Prepare
) -> None:
    run = prepare("customers", CUSTOMERS, PEOPLE)

    would = run.check()

    assert (would.created, would.refused) == (2, 1)
    assert [(one["row_number"], one["outcome"]) for one in would.samples] == [
        (2, "created"),
        (3, "created"),
        (4, "refused"),
    ]
    assert rows(platform, "SELECT count(*) FROM customers") == [(0,)]
    assert rows(platform, "SELECT count(*) FROM events") == [(0,)]


def test_a_stopped_import_goes_on_where_it_stopped(platform: Platform, prepare: Prepare) -> None:
    many = "id,name\n" + "".join(f"{n},Customer {n}\n" for n in range(9_000))
    mapping = ColumnMapping({"external_id": "id", "name": "name"}, {"external_source": "shop"})
    run = prepare("customers", many, mapping)
    asked = iter([False, True])

    assert run.execute(stopping=lambda: next(asked)) is False
    half = rows(platform, "SELECT count(*) FROM customers")[0][0]
    assert 0 < half < 9_000

    again = Run(platform, run.row.id, now=utc_now())
    assert again.execute() is True

    assert counts(platform, again) == (9_000, 0, 0, 0)
    assert rows(platform, "SELECT count(*) FROM customers") == [(9_000,)]
    created = "SELECT count(*) FROM events WHERE kind = 'CustomerCreated'"
    assert rows(platform, created) == [(9_000,)]


def test_an_import_is_taken_back_created_and_changed_alike(
    platform: Platform, prepare: Prepare
) -> None:
    prepare("customers", CUSTOMERS, PEOPLE).execute()
    second = prepare(
        "customers",
        "id,name,email,country,tags\n1,Ada King,ada@example.com,GB,\n"
        "7,New One,new@example.com,GB,\n",
        PEOPLE,
    )
    second.execute()
    assert counts(platform, second) == (1, 1, 0, 0)

    undo(platform, second.row.id, now=utc_now(), actor=ADA)

    names = rows(platform, "SELECT display_name FROM customers WHERE erased_at IS NULL")
    assert sorted(names) == [("Ada Lovelace",), ("张三",)]
    left = "SELECT count(*) FROM customer_identities WHERE value = 'new@example.com'"
    assert rows(platform, left) == [(0,)]
    assert rows(platform, f"SELECT state FROM imports WHERE id = '{second.row.id}'") == [
        ("undone",)
    ]


def test_taking_trade_back_voids_it_and_tells_the_log(platform: Platform, prepare: Prepare) -> None:
    run = prepare("touchpoints", LINES, TRADE)
    run.execute()

    undo(platform, run.row.id, now=utc_now(), actor=ADA)

    assert rows(platform, "SELECT DISTINCT state FROM touchpoints") == [("voided",)]
    corrected = "SELECT count(*) FROM events WHERE kind = 'TouchpointCorrected'"
    assert rows(platform, corrected) == [(4,)]


def test_a_mapping_to_a_column_that_is_not_there_is_refused(prepare: Prepare) -> None:
    with pytest.raises(Invalid):
        prepare("customers", CUSTOMERS, ColumnMapping({"name": "full name"}))


def test_numbers_need_the_system_that_they_come_from(prepare: Prepare) -> None:
    with pytest.raises(Invalid):
        prepare("customers", CUSTOMERS, ColumnMapping({"external_id": "id", "name": "name"}))


def test_column_names_are_recognised_in_both_languages() -> None:
    found = mappings.propose(
        None, KINDS["customers"], ["姓名", "邮箱", "手机号", "国家", "unknown"]
    )

    assert found.columns == {"name": "姓名", "email": "邮箱", "phone": "手机号", "country": "国家"}


def test_two_processes_do_not_run_one_import_at_the_same_time(
    platform: Platform, prepare: Prepare
) -> None:
    first = prepare("customers", CUSTOMERS, PEOPLE)
    second = Run(platform, first.row.id, now=utc_now())

    def other_runs() -> bool:
        """Called between two steps of the first."""
        assert second.execute() is True
        return False

    with pytest.raises(Conflict):
        first.execute(stopping=other_runs)

    assert rows(platform, "SELECT count(*) FROM customers") == [(2,)]
    assert rows(platform, "SELECT count(*) FROM import_refusals") == [(1,)]


def test_an_import_that_is_done_does_nothing_when_its_job_comes_again(
    platform: Platform, prepare: Prepare
) -> None:
    run = prepare("customers", CUSTOMERS, PEOPLE)
    run.execute()
    audit = rows(platform, "SELECT count(*) FROM audit_entries")

    assert Run(platform, run.row.id, now=utc_now()).execute() is True

    assert rows(platform, "SELECT count(*) FROM audit_entries") == audit
    assert counts(platform, run) == (2, 0, 0, 1)
