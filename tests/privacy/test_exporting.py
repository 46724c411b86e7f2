"""The copy of a person's data: whole, readable, and not a formula in a spreadsheet."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from tests.privacy.conftest import CANARY, Write, places_of

from guanxi.errors import Refused
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.privacy.domain.archive import csv_of, write_archive
from guanxi.privacy.domain.collecting import collect
from guanxi.privacy.domain.rules import RULES

TECHNICAL = {
    "customers.search_tokens",
    "customers.sort_name",
    "customer_merges.undo",
    "idempotent_answers.body",
    "webhook_deliveries.body",
    "events.payload",
    "exports.arguments",
    "import_refusals.cells",
    "custom_fields.key",
}
"""Copies of what the person is given elsewhere in the archive."""


def gathered(write: Write, person: UUID, **more: Any) -> dict[str, Any]:
    """Return what the person is given, as JSON."""
    with write(**more) as tx:
        found: dict[str, Any] = json.loads(json.dumps(collect(tx, person), default=str))
    return found


def test_the_copy_holds_every_place_where_the_person_is(
    person: UUID, write: Write, session: Session
) -> None:
    core = gathered(write, person)["core"]

    given = {
        f"{table}.{name}"
        for table, records in core.items()
        for record in records
        for name, value in record.items()
        if CANARY.lower() in json.dumps(value, ensure_ascii=False).lower()
    }
    held = places_of(session, CANARY) - TECHNICAL
    held = {place for place in held if not place.startswith("audit_entries")}
    assert given - {"history.before", "history.after"} == held - {"touchpoints.customer_hint"}
    assert len(core["customers"]) == 2
    assert "history.after" in given


def test_the_copy_tells_nothing_of_others(person: UUID, write: Write) -> None:
    data = gathered(write, person)

    assert "Acme" not in json.dumps(data)
    assert not {"duplicate_suggestions", "customer_match_keys"} & data["core"].keys()


def test_plugins_tell_what_they_hold_even_disabled_ones(person: UUID, write: Write) -> None:
    hooks = [
        Implementation("loyalty", "customer_data_export", lambda: {"points": 7}, ()),
        Implementation("surveys", "customer_data_export", lambda: None, ()),
    ]

    data = gathered(write, person, dispatcher=Dispatcher(hooks))

    assert data["plugins"] == {"loyalty": [{"points": 7}, {"points": 7}]}


def test_there_is_no_copy_as_long_as_a_plugin_cannot_tell(person: UUID, write: Write) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    dispatcher = Dispatcher([Implementation("loyalty", "customer_data_export", fail, ())])

    with pytest.raises(Refused, match="loyalty"):
        gathered(write, person, dispatcher=dispatcher)


def test_the_archive_has_json_and_a_csv_for_each_table(
    person: UUID, write: Write, tmp_path: Path
) -> None:
    path = tmp_path / "copy.zip"
    with write() as tx:
        write_archive(path, collect(tx, person))

    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        data = json.loads(archive.read("data.json"))
        table = list(
            csv.DictReader(io.StringIO(archive.read("touchpoints.csv").decode("utf-8-sig")))
        )
    assert {"data.json", "customers.csv", "touchpoints.csv", "history.csv"} <= names
    assert data["core"]["touchpoints"][0]["note"] == table[0]["note"] == CANARY
    assert not path.with_name("copy.zip.part").exists()


def test_a_formula_in_the_data_stays_text_and_lists_are_json() -> None:
    text = csv_of([{"note": "=1+1", "tags": ["a", "b"], "none": None}, {"more": "张三"}])

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [
        ["note", "tags", "none", "more"],
        ["'=1+1", '["a","b"]', "", ""],
        ["", "", "", "张三"],
    ]


def test_hidden_columns_are_derived_or_about_others() -> None:
    hidden = {f"{name}.{column}" for name, rule in RULES.items() for column in rule.hidden}

    assert hidden == {
        "customers.import_id",
        "customers.search_tokens",
        "customers.sort_name",
        "customers.version",
        "customer_merges.undo",
        "touchpoints.fingerprint",
        "touchpoints.import_id",
        "touchpoints.version",
    }
