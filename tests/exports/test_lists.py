"""Every list with the columns and conditions asked for, and never more than the person sees."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from tests.imports.conftest import rows

from guanxi.clock import utc_now
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Actor
from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.events.vocabulary import Line
from guanxi.exports import domain, jobs
from guanxi.exports.lists import LISTS
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record

ADA = Actor("user", "Ada")
Ask = Callable[..., UUID]
Trade = tuple[UUID, UUID, UUID]


@pytest.fixture
def trade(platform: Platform, factories: Factories) -> Trade:
    """Two colleagues, each with a customer and a purchase of two lines; and who sees all."""
    with platform.database.autocommit.connect() as connection:
        connection.exec_driver_sql(
            "INSERT INTO roles (id, name, title_en, title_zh, customer_scope, permissions)"
            " SELECT gen_random_uuid(), 'exporter', 'Exporter', '导出员', 'own', permissions"
            " FROM roles WHERE name = 'owner'"
        )
    mine, theirs = factories.user("exporter"), factories.user("exporter")
    with platform.database.write(ADA, now=utc_now()) as session:
        for number, owner in enumerate((mine, theirs), 1):
            draft = CustomerDraft(name=f"Customer {number}", owner_id=owner)
            of = create_customer(session, draft, now=utc_now()).id
            lines = (
                Line("=P1", "Tea, green", Decimal(2), Decimal("4.50")),
                Line("P2", None, Decimal(1), Decimal("0.001")),
            )
            purchase = Draft(
                channel="store", kind="purchase", occurred_at=utc_now() - timedelta(days=1),
                customer_id=of, currency="GBP", lines=lines, source="shop",
                external_id=f"A{number}",
            )  # fmt: skip
            record(session, purchase, now=utc_now())
    return mine, theirs, factories.user("admin")


@pytest.fixture
def ask(platform: Platform, factories: Factories) -> Ask:
    """Ask for an export as somebody with some permissions."""

    def asking(user: UUID, what: str, *arguments: tuple[str, str], **more: Any) -> UUID:
        scope = more.get("scope", "own")
        may = more.get("permissions", {one.permission for one in LISTS.values()})
        person = factories.principal(user, "exports.run", *may, scope=scope)
        with platform.database.write(person.actor, now=utc_now()) as session:
            return domain.ask(
                session, person, what, "csv", arguments, language="en", now=utc_now()
            ).id

    return asking


def written(platform: Platform, export_id: UUID) -> list[list[str]]:
    """Let the worker write the file and return its cells."""
    domain.write_export(platform, export_id, now=utc_now())
    ((state, path, error),) = rows(
        platform, "SELECT state, file_path, error FROM exports WHERE id = :id", id=export_id
    )
    assert (state, error) == ("done", None)
    text = (platform.files / path).read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("what", sorted(LISTS))
def test_every_list_gives_only_what_the_person_sees(
    platform: Platform, trade: Trade, ask: Ask, what: str
) -> None:
    own = written(platform, ask(trade[0], what))
    every = written(platform, ask(trade[2], what, scope="all"))

    expected = {"customers": (1, 2), "touchpoints": (1, 2), "lines": (2, 4)}
    assert (len(own) - 1, len(every) - 1) == expected.get(what, (0, 0))


def test_columns_and_conditions_are_those_asked_for(
    platform: Platform, trade: Trade, ask: Ask
) -> None:
    wanted = ("columns", "external_id,product,quantity,unit_price")
    found = written(platform, ask(trade[2], "lines", wanted, ("quantity__gt", "1"), scope="all"))

    assert found == [
        ["Number in the other system", "Product", "Quantity", "Unit price"],
        ["A1", "'=P1", "2.0000", "4.5000"],
        ["A2", "'=P1", "2.0000", "4.5000"],
    ]


@pytest.mark.parametrize(
    ("what", "argument"),
    [
        ("touchpoints", ("columns", "password")),
        ("touchpoints", ("kind__nothing", "x")),
        ("touchpoints", ("id__eq", "x")),
        ("lines", ("sort", "kind")),
        ("rewards", ("amount__gt", "many")),
        ("customers", ("columns", "customers.password")),
    ],
)
def test_what_a_list_does_not_have_is_refused(
    platform: Platform, api: ApiClient, what: str, argument: tuple[str, str]
) -> None:
    name, value = argument

    answer = api.get(f"/exports/{what}.csv?{name}={value}")

    assert answer.status_code == 422


def test_sensitive_fields_leave_only_with_the_permission(
    platform: Platform, factories: Factories, ask: Ask
) -> None:
    with platform.database.write(ADA, now=utc_now()) as session:
        titles = {"title_en": "Income", "title_zh": "收入", "sensitive": True}
        create_field(session, "income", "money", titles)
        draft = CustomerDraft(name="Ada", custom={"income": "90000"})
        create_customer(session, draft, now=utc_now())
    user = factories.user("owner")
    platform.host.refresh_from(platform.database)
    export_id = ask(user, "customers", ("columns", "custom.income"), scope="all")

    found = written(platform, export_id)
    with platform.database.autocommit.connect() as connection:
        connection.exec_driver_sql(
            "UPDATE roles SET permissions = array_remove(permissions, 'customers.sensitive')"
        )
        connection.exec_driver_sql("UPDATE platform_state SET generation = generation + 1")
    platform.host.refresh_from(platform.database)
    again = ask(user, "customers", ("columns", "custom.income"), scope="all")
    domain.write_export(platform, again, now=utc_now())

    assert found[1][1] == "90000"
    assert rows(platform, "SELECT state FROM exports WHERE id = :id", id=again) == [("failed",)]


def test_a_waiting_export_can_be_cancelled_and_is_not_written(
    platform: Platform, trade: Trade, ask: Ask, factories: Factories
) -> None:
    export_id = ask(trade[0], "touchpoints")
    person = factories.principal(trade[0])
    with platform.database.write(person.actor, now=utc_now()) as session:
        assert domain.cancel(session, export_id, person, now=utc_now()).state == "cancelled"

    domain.write_export(platform, export_id, now=utc_now())

    found = "SELECT state, file_path FROM exports"
    assert rows(platform, found) == [("cancelled", None)]
    with pytest.raises(Conflict), platform.database.write(ADA, now=utc_now()) as session:
        domain.cancel(session, export_id, person, now=utc_now())


def test_one_that_is_being_written_stops_and_leaves_no_file(
    platform: Platform,
    trade: Trade,
    ask: Ask,
    factories: Factories,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domain, "LOOK_EVERY", 1)
    export_id = ask(trade[0], "lines", scope="all")
    person = factories.principal(trade[0])
    look = domain._require_running

    def cancel_then_look(platform: Platform, which: UUID) -> None:
        with platform.database.write(person.actor, now=utc_now()) as session:
            domain.cancel(session, which, person, now=utc_now())
        look(platform, which)

    monkeypatch.setattr(domain, "_require_running", cancel_then_look)

    domain.write_export(platform, export_id, now=utc_now())

    assert rows(platform, "SELECT state, rows FROM exports") == [("cancelled", None)]
    assert [*(platform.files / "exports").iterdir()] == []


def test_nobody_cancels_or_fetches_the_export_of_somebody_else(
    platform: Platform, trade: Trade, ask: Ask, factories: Factories
) -> None:
    export_id = ask(trade[0], "touchpoints")
    other = factories.principal(trade[1])

    with pytest.raises(NotFound), platform.database.write(ADA, now=utc_now()) as session:
        domain.cancel(session, export_id, other, now=utc_now())


def test_files_go_after_a_week(platform: Platform, trade: Trade, ask: Ask) -> None:
    old, young = ask(trade[0], "touchpoints"), ask(trade[0], "touchpoints")
    domain.write_export(platform, old, now=utc_now() - timedelta(days=8))
    domain.write_export(platform, young, now=utc_now() - timedelta(days=6))

    assert jobs.forget_old(platform) == 1

    states = rows(platform, "SELECT state FROM exports ORDER BY finished_at")
    assert states == [("expired",), ("done",)]
    assert len([*(platform.files / "exports").iterdir()]) == 1


def test_by_api_from_asking_to_the_file(
    platform: Platform, app: Flask, api: ApiClient, trade: Trade, factories: Factories
) -> None:
    asked = api.post("/exports", {"what": "customers", "format": "xlsx",
                                   "arguments": {"columns": "customers.display_name"}})  # fmt: skip
    assert (asked.status_code, asked.json["state"]) == (202, "queued")
    assert api.get(f"/exports/{asked.json['id']}/file").status_code == 404

    domain.write_export(platform, UUID(asked.json["id"]), now=utc_now())

    done = api.get(f"/exports/{asked.json['id']}").json
    assert (done["state"], done["rows"]) == ("done", 2)
    with api.get(f"/exports/{asked.json['id']}/file") as file:
        assert file.data[:2] == b"PK"
    assert api.post(f"/exports/{asked.json['id']}/cancel").status_code == 409
    stranger = ApiClient(app, factories.token("admin"))
    assert stranger.get(f"/exports/{asked.json['id']}").status_code == 404
    assert stranger.get("/exports").json["items"] == []


def test_an_exported_file_comes_in_again_as_it_was(
    platform: Platform, api: ApiClient, tmp_path: Path
) -> None:
    from guanxi.imports.files import read_rows, recognise  # noqa: PLC0415

    names = ["=1+1", "'=1+1", "-5", "+86 138", "@ada", "Ada, Countess", '"quoted"', "李娜", "a\tb"]
    for name in names:
        answer = api.post("/customers", {"kind": "organisation", "name": name})
        assert answer.status_code == 201
    stored = {name for (name,) in rows(platform, "SELECT display_name FROM customers")}
    file = tmp_path / "out.csv"

    file.write_bytes(api.get("/exports/customers.csv?columns=customers.display_name").data)

    found = {row.cells[1] for row in read_rows(file, recognise(file))}
    assert found == stored


def test_unknown_formats_are_refused(
    platform: Platform, trade: Trade, factories: Factories
) -> None:
    person = factories.principal(trade[0], "exports.run", "customers.view")

    with pytest.raises(Invalid), platform.database.write(ADA, now=utc_now()) as session:
        domain.ask(session, person, "customers", "pdf", [], language="en", now=utc_now())
