"""Taking an import back: what it made goes, what it changed is as before, later work stays."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import text
from tests.imports.conftest import ADA, Prepare, counts, rows
from tests.imports.test_importing import LINES, TRADE

from guanxi.clock import utc_now
from guanxi.customers.domain.changing import change_customer
from guanxi.imports.contract import Undone
from guanxi.imports.domain import Run, undo
from guanxi.platform import Platform
from guanxi.touchpoints.domain.corrections import amend

AddField = Callable[..., None]
BEFORE = "email,name,city,tier\nada@example.com,Ada,London,Gold\n"
AFTER = "email,phone,name,city,tier\nada@example.com,+44 20 7946 0018,Ada King,Paris,Silver\n"


def take_back(platform: Platform, run: Run) -> tuple[int, int, int]:
    done: Undone = undo(platform, run.row.id, now=utc_now(), actor=ADA)
    return done.removed, done.restored, done.kept


def change(platform: Platform, name: str, changes: Mapping[str, Any]) -> None:
    with platform.database.write(ADA, now=utc_now()) as session:
        which = text("SELECT id FROM customers WHERE display_name = :name")
        customer_id = session.execute(which, {"name": name}).scalar_one()
        change_customer(session, customer_id, changes, now=utc_now())


def customers(platform: Platform) -> list[Any]:
    living = "SELECT display_name, city, custom FROM customers WHERE erased_at IS NULL ORDER BY 1"
    return rows(platform, living)


def identities(platform: Platform) -> list[str]:
    return [value for (value,) in rows(platform, "SELECT value FROM customer_identities")]


def test_fields_custom_fields_and_identities_are_as_before(
    platform: Platform, prepare: Prepare, add_field: AddField
) -> None:
    add_field("tier", "choice", choices=["Gold", "Silver"])
    prepare("customers", BEFORE).execute()
    run = prepare("customers", AFTER)
    run.execute()
    assert counts(platform, run) == (0, 1, 0, 0)

    assert take_back(platform, run) == (0, 1, 0)

    assert customers(platform) == [("Ada", "London", {"tier": "Gold"})]
    assert identities(platform) == ["ada@example.com"]


def test_a_field_that_somebody_changed_since_stays_and_that_is_said(
    platform: Platform, prepare: Prepare, add_field: AddField
) -> None:
    add_field("tier", "choice", choices=["Gold", "Silver", "None"])
    prepare("customers", BEFORE).execute()
    run = prepare("customers", AFTER)
    run.execute()
    change(platform, "Ada King", {"city": "Rome"})

    assert take_back(platform, run) == (0, 0, 1)

    assert customers(platform) == [("Ada", "Rome", {"tier": "Gold"})]
    stored = rows(platform, "SELECT counts->'undone' FROM imports WHERE id = :i", i=run.row.id)
    assert stored == [({"removed": 0, "restored": 0, "kept": 1},)]


def test_a_new_customer_with_work_on_it_is_kept_and_that_is_said(
    platform: Platform, prepare: Prepare
) -> None:
    run = prepare("customers", "name\nAda\nGrace\nEdith\n")
    run.execute()
    change(platform, "Grace", {"note": "called, wants tea"})

    assert take_back(platform, run) == (2, 0, 1)

    assert [name for name, *_ in customers(platform)] == ["Grace"]


def test_a_customer_that_two_rows_of_the_file_made_goes_too(
    platform: Platform, prepare: Prepare
) -> None:
    run = prepare("customers", "email,city\nada@example.com,London\nada@example.com,Paris\n")
    run.execute()
    assert counts(platform, run) == (1, 1, 0, 0)

    assert take_back(platform, run) == (1, 0, 0)

    assert customers(platform) == []


def test_memberships_and_consents_go(platform: Platform, prepare: Prepare) -> None:
    prepare("customers", "email,newsletter\nada@example.com,yes\n").execute()
    contents = "email,organisation,newsletter\nada@example.com,Acme,no\nbo@example.com,Acme,yes\n"
    run = prepare("customers", contents)
    run.execute()

    assert take_back(platform, run) == (2, 1, 0)

    assert [name for name, *_ in customers(platform)] == ["ada@example.com"]
    assert rows(platform, "SELECT count(*) FROM customer_memberships") == [(0,)]
    assert rows(platform, "SELECT given FROM customer_consents") == [(True,)]


def test_an_organisation_that_was_there_before_loses_only_its_new_people(
    platform: Platform, prepare: Prepare
) -> None:
    prepare("customers", "name,kind\nAcme,company\nAda,person\n").execute()
    run = prepare("customers", "email,organisation\nbo@example.com,Acme\n")
    run.execute()

    assert take_back(platform, run) == (1, 0, 0)

    assert [name for name, *_ in customers(platform)] == ["Acme", "Ada"]
    assert rows(platform, "SELECT count(*) FROM customer_memberships") == [(0,)]


def test_a_purchase_that_somebody_corrected_stays_and_that_is_said(
    platform: Platform, prepare: Prepare
) -> None:
    run = prepare("touchpoints", LINES, TRADE)
    run.execute()
    ((first,),) = rows(platform, "SELECT id FROM touchpoints WHERE external_id = 'A1'")
    with platform.database.write(ADA, now=utc_now()) as session:
        amend(session, first, {"note": "paid in cash"}, now=utc_now())

    assert take_back(platform, run) == (3, 0, 1)

    left = "SELECT external_id FROM touchpoints WHERE state = 'recorded'"
    assert rows(platform, left) == [("A1",)]


def test_many_changed_customers_are_all_as_before(platform: Platform, prepare: Prepare) -> None:
    people = [f"{n}@example.com" for n in range(600)]
    before = "email,city\n" + "".join(f"{one},London\n" for one in people)
    prepare("customers", before).execute()
    twice = "".join(f"{one},Paris\n" for one in people) + f"{people[0]},Rome\n"
    run = prepare("customers", "email,city\n" + twice)
    run.execute()

    assert take_back(platform, run) == (0, 600, 0)

    cities = rows(platform, "SELECT city, count(*) FROM customers GROUP BY city")
    assert cities == [("London", 600)]
