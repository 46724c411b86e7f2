"""Exports on the platform: what a person may see, as a file, with formulas made harmless."""

from typing import Any

from sqlalchemy import text

from guanxi.clock import utc_now
from guanxi.exports.domain import ask, write_export
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


def add(api: ApiClient, name: str) -> None:
    assert api.post("/customers", {"kind": "person", "name": name}).status_code == 201


def test_a_list_comes_as_csv_with_formulas_made_harmless(api: ApiClient) -> None:
    add(api, "Ada Lovelace")
    add(api, "=cmd|' /C calc'!A0")

    answer = api.get("/exports/customers.csv?columns=customers.display_name")

    assert answer.status_code == 200
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "id,Full name"
    names = sorted(line.partition(",")[2] for line in lines[1:])
    assert "Ada Lovelace" in names
    assert not any(name.startswith("=") for name in names)


def test_a_list_is_sent_piece_by_piece_and_gives_its_connection_back(
    platform: Platform, api: ApiClient
) -> None:
    add(api, "Ada Lovelace")
    pool: Any = platform.database.engine.pool
    before = pool.checkedout()

    read = api.get("/exports/customers.csv?columns=customers.display_name")
    streamed, while_open = read.is_streamed, pool.checkedout()
    lines = read.data.splitlines()
    unread = api.get("/exports/customers.csv?columns=customers.display_name")
    unread.close()

    assert (streamed, while_open, len(lines)) == (True, before + 1, 2)
    assert pool.checkedout() == before


def test_staff_export_only_the_customers_that_they_see(
    platform: Platform, api: ApiClient, factories: Factories
) -> None:
    add(api, "Not Mine")
    mine = factories.user("team_lead")
    created = api.post("/customers", {"kind": "person", "name": "Mine", "owner_id": str(mine)})
    assert created.status_code == 201
    person = factories.principal(mine, "exports.run", "customers.view", scope="own")
    with platform.database.write(person.actor, now=utc_now()) as session:
        row = ask(session, person, "customers", "csv", [], language="en", now=utc_now())

    write_export(platform, row.id, now=utc_now())

    with platform.database.read() as session:
        done = session.execute(text("SELECT state, rows, file_path FROM exports")).one()
    assert (done.state, done.rows) == ("done", 1)
    contents = (platform.files / done.file_path).read_text("utf-8-sig")
    assert "Mine" in contents
    assert "Not Mine" not in contents


def test_there_is_no_export_of_an_unknown_list(api: ApiClient) -> None:
    assert api.get("/exports/secrets.csv").status_code == 404
