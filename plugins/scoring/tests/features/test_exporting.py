"""The lake: complete, by month, only what changed, and never half a one."""

import fcntl
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from plugins.scoring.tests.features.histories import add, add_people, touch
from sqlalchemy import delete, insert, update

from guanxi.errors import Conflict, Invalid
from guanxi.ids import new_id
from guanxi.sdk import Customer, Touchpoint, TouchpointLine
from guanxi_scoring.features import exporting
from guanxi_scoring.features.exporting import export
from guanxi_scoring.features.summarising import summarise

MAY = datetime(2026, 5, 31, 23, 59, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
MONTH = timedelta(days=31)


def _files(lake: Path) -> dict[str, int]:
    """Return every file of data with the instant of its last change."""
    return {str(one.relative_to(lake)): one.stat().st_mtime_ns for one in lake.rglob("*.parquet")}


def _rows(lake: Path, table: str = "touchpoints") -> list[dict[str, Any]]:
    files = sorted(lake.glob(f"{table}/*/*.parquet"))
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]


def test_rows_come_out_as_they_are(writing, now, lake):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        odd = 'a "b", c\nd'
        add(
            session,
            [
                touch(anna, MAY, "12.3456", channel=odd, outcome=""),
                touch(anna, JUNE, None, kind="call", outcome=None),
            ],
        )
        export(session, lake, now=now)

    first, second = _rows(lake)

    assert first == {
        "customer_id": anna.bytes, "occurred_at": MAY.replace(tzinfo=None), "kind": "purchase",
        "channel": odd, "direction": "in", "outcome": "", "amount": first["amount"],
        "currency": "GBP", "state": "recorded",
    }  # fmt: skip
    assert str(first["amount"]) == "12.3456"
    assert (second["outcome"], second["amount"], second["currency"]) == (None, None, None)


def test_each_month_is_a_file_and_lines_know_their_touchpoint(writing, now, lake):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        bought = [touch(anna, MAY), touch(anna, JUNE)]
        add(session, bought)
        session.execute(
            insert(TouchpointLine).values(
                touchpoint_id=bought[1]["id"], number=1, product="tea", quantity=2, unit_price=5
            )
        )
        done = export(session, lake, now=now)

    assert done.written == {"touchpoints": ["2026-05", "2026-06"], "lines": ["2026-06"]}
    assert {Path(one).parent.name for one in _files(lake)} == {"month=2026-05", "month=2026-06"}
    (line,) = _rows(lake, "lines")
    assert (line["product"], line["customer_id"], line["kind"]) == ("tea", anna.bytes, "purchase")


def test_what_does_not_count_is_not_there(writing, now, lake):
    with writing() as session:
        (here,) = add_people(session, 1, now)
        (erased,) = add_people(session, 1, now, erased_at=now)
        add(
            session,
            [
                touch(here, MAY),
                touch(here, MAY, state="voided"),
                touch(None, MAY),
                touch(erased, MAY),
            ],
        )
        export(session, lake, now=now)

    assert [row["customer_id"] for row in _rows(lake)] == [here.bytes]


def test_only_months_that_changed_are_written_again(writing, now, lake):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, MAY), touch(anna, JUNE)])
        export(session, lake, now=now)
        before = _files(lake)

        add(session, [touch(anna, JUNE, "3")])
        done = export(session, lake, now=now)

    after = _files(lake)
    assert done.written["touchpoints"] == ["2026-06"]
    assert done.removed == 1
    assert len(after) == 2
    assert set(before.items()) & set(after.items()) == {
        (name, at) for name, at in before.items() if "2026-05" in name
    }


def test_a_change_without_another_number_of_rows_is_seen(writing, now, lake):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        rows = [touch(anna, MAY, "10"), touch(anna, JUNE, "20")]
        add(session, rows)
        export(session, lake, now=now)

        session.execute(update(Touchpoint).where(Touchpoint.id == rows[0]["id"]).values(amount=11))
        done = export(session, lake, now=now)

    assert done.written["touchpoints"] == ["2026-05"]
    assert [str(row["amount"]) for row in _rows(lake)] == ["11.0000", "20.0000"]


def test_who_was_erased_leaves_the_lake_with_the_next_export(writing, now, lake):
    with writing() as session:
        anna, ben = sorted(add_people(session, 2, now))
        add(session, [touch(anna, MAY), touch(ben, MAY), touch(ben, JUNE)])
        export(session, lake, now=now)

        session.execute(update(Customer).where(Customer.id == ben).values(erased_at=now))
        export(session, lake, now=now)

    assert [row["customer_id"] for row in _rows(lake)] == [anna.bytes]
    assert [one.name for one in (lake / "touchpoints").iterdir()] == ["month=2026-05"]


def test_whoever_is_killed_leaves_the_former_lake_whole(writing, now, lake, monkeypatch):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, MAY), touch(anna, JUNE)])
        export(session, lake, now=now)
        before = summarise(session, as_of=now, engine="duckdb", location=str(lake)).fingerprint
        add(session, [touch(anna, MAY, "3"), touch(anna, JUNE, "4")])
        write = exporting.write_parquet

        def killed(rows: Iterator[Any], table: str, file: Path) -> int:
            if "2026-06" in str(file):
                file.write_bytes(b"half a file")
                raise KeyboardInterrupt
            return write(rows, table, file)

        with monkeypatch.context() as patched:
            patched.setattr(exporting, "write_parquet", killed)
            with pytest.raises(KeyboardInterrupt):
                export(session, lake, now=now)
        after = summarise(session, as_of=now, engine="duckdb", location=str(lake)).fingerprint
        export(session, lake, now=now)
        mended = summarise(session, as_of=now, engine="duckdb", location=str(lake)).fingerprint
        wanted = summarise(session, as_of=now).fingerprint

    assert after == before
    assert mended == wanted != before
    assert list(lake.rglob("*.part")) == []
    assert len(_files(lake)) == 2


def test_two_exports_at_once_are_refused(writing, now, lake):
    lake.mkdir()
    with (lake / ".lock").open("w") as held, writing() as session:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(Conflict, match="is being written already"):
            export(session, lake, now=now)


def test_a_folder_with_something_else_in_it_is_left_alone(writing, now, lake):
    lake.mkdir()
    (lake / "letters.txt").write_text("Dear Anna", "utf-8")

    with writing() as session, pytest.raises(Invalid, match="holds something that is no lake"):
        export(session, lake, now=now)

    assert (lake / "letters.txt").read_text("utf-8") == "Dear Anna"


def test_months_with_nothing_left_in_them_go(writing, now, lake):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        rows = [touch(anna, MAY), touch(anna, JUNE)]
        add(session, rows)
        export(session, lake, now=now)

        session.execute(delete(Touchpoint).where(Touchpoint.id == rows[0]["id"]))
        export(session, lake, now=now)

    assert [one.name for one in (lake / "touchpoints").iterdir()] == ["month=2026-06"]


def test_commands_export_and_show_the_same_on_both_engines(guanxi, writing, now, lake):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, MAY - MONTH, id=new_id()), touch(anna, MAY), touch(anna, JUNE)])

    told = json.loads(guanxi("export-lake", "--to", lake, "--json"))
    as_of = ("--as-of", "2026-07-01T00:00:00Z", "--json")
    here = json.loads(guanxi("features", *as_of))
    there = json.loads(guanxi("features", "--engine", "duckdb", "--lake", lake, *as_of))

    assert (told["touchpoints"], told["months"]) == (3, 3)
    assert told["written"]["touchpoints"] == ["2026-04", "2026-05", "2026-06"]
    assert (here["engine"], there["engine"]) == ("postgres", "duckdb")
    assert there["fingerprint"] == here["fingerprint"]
    assert (here["customers"], here["repeat_customers"], here["purchase_days"]) == (1, 1, 3)
