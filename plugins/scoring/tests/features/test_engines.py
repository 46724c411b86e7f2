"""Every engine gives the same figures, and says what is wrong when it cannot."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from plugins.scoring.tests.features.histories import (
    ZONES,
    add,
    add_people,
    expected,
    random_rows,
    touch,
)
from plugins.scoring.tests.features.java import require_java
from plugins.scoring.tests.features.reading import told
from sqlalchemy.orm import Session

from guanxi_scoring.features.exporting import export
from guanxi_scoring.features.summarising import summarise, summarise_counted
from guanxi_scoring.life.contract import CannotFit

Opens = Callable[..., AbstractContextManager[Session]]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES)
def test_duckdb_gives_what_the_definition_says(writing, configure, now, lake, zone):
    configure(time_zone=zone)
    rng = random.Random(7)
    with writing() as session:
        people = add_people(session, 60, now)
        rows = random_rows(rng, people, now)
        add(session, rows)
        export(session, lake, now=now)

        found = summarise(session, as_of=now, engine="duckdb", location=str(lake))

    assert told(found) == expected(rows, as_of=now, zone=zone)


@pytest.mark.slow
def test_spark_gives_what_postgres_gives(writing, configure, now, lake):
    require_java()
    configure(time_zone="Europe/London", spark_master="local[2]")
    rng = random.Random(8)
    cut = date(2026, 3, 1)
    with writing() as session:
        people = add_people(session, 60, now)
        rows = random_rows(rng, people, now)
        add(session, rows)
        export(session, lake, now=now)

        ours = summarise(session, as_of=now, cut=cut)
        found = summarise(session, as_of=now, engine="spark", location=str(lake), cut=cut)

    assert told(found) == told(ours)
    assert found.fingerprint == ours.fingerprint


def test_histories_are_counted_where_the_data_lie(writing, now, lake):
    with writing() as session:
        people = add_people(session, 40, now)
        add(session, random_rows(random.Random(9), people, now))
        export(session, lake, now=now)
        lying = {"engine": "duckdb", "location": str(lake)}

        here = summarise(session, as_of=now).aggregated()
        there = summarise_counted(session, as_of=now, **lying)
        own = summarise_counted(session, as_of=now)

    for name in ("x", "t_x", "T", "count"):
        assert getattr(there, name).tolist() == getattr(here, name).tolist()
        assert getattr(own, name).tolist() == getattr(here, name).tolist()


def test_an_empty_lake_is_nobody(writing, now, lake):
    with writing() as session:
        export(session, lake, now=now)

        found = summarise(session, as_of=now, engine="duckdb", location=str(lake))

    assert len(found) == 0


def test_an_unknown_engine_is_told(writing, now):
    with writing() as session, pytest.raises(CannotFit, match="There is no engine abacus"):
        summarise(session, as_of=now, engine="abacus")


def test_without_a_lake_one_is_told_to_name_it(writing, now):
    with writing() as session, pytest.raises(CannotFit, match="No lake is named"):
        summarise(session, as_of=now, engine="duckdb")


def test_a_folder_without_a_lake_is_told_how_to_make_one(writing, now, lake):
    with writing() as session, pytest.raises(CannotFit, match=f"export-lake --to {lake}"):
        summarise(session, as_of=now, engine="duckdb", location=str(lake))


def test_a_lake_older_than_what_is_asked_is_refused(writing, now, lake):
    with writing() as session:
        export(session, lake, now=now - 2 * DAY)
        place = str(lake)

        with pytest.raises(CannotFit, match=r"knows nothing after 2026-10-31 09:30 UTC"):
            summarise(session, as_of=now, engine="duckdb", location=place)
        assert len(summarise(session, as_of=now - DAY, engine="duckdb", location=place)) == 0


def test_a_lake_that_lost_a_file_is_told(writing, now, lake):
    with writing() as session:
        add(session, [touch(one, NOON) for one in add_people(session, 2, now)])
        export(session, lake, now=now)
        (file,) = lake.glob("touchpoints/*/*.parquet")
        file.unlink()

        with pytest.raises(CannotFit, match=rf"lacks touchpoints/month=2026-06/{file.name}"):
            summarise(session, as_of=now, engine="duckdb", location=str(lake))


def test_a_lake_with_a_broken_file_is_told(writing, now, lake):
    with writing() as session:
        add(session, [touch(one, NOON) for one in add_people(session, 2, now)])
        export(session, lake, now=now)
        (file,) = lake.glob("touchpoints/*/*.parquet")
        file.write_bytes(b"nothing")

        with pytest.raises(CannotFit, match="DuckDB cannot work on the lake"):
            summarise(session, as_of=now, engine="duckdb", location=str(lake))


def test_a_manifest_that_cannot_be_read_is_told(writing, now, lake):
    lake.mkdir()
    (lake / "manifest.json").write_text("{}", "utf-8")

    with writing() as session, pytest.raises(CannotFit, match="cannot be read"):
        summarise(session, as_of=now, engine="duckdb", location=str(lake))


def test_spark_without_java_says_so(writing, now, lake: Path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(lake))

    with writing() as session, pytest.raises(CannotFit, match="Spark needs Java 17"):
        summarise(session, as_of=now, engine="spark", location=str(lake))


def test_a_spark_master_that_does_not_answer_is_told(writing, configure, now, lake):
    require_java()
    configure(spark_master="spark://127.0.0.1:9")

    with writing() as session, pytest.raises(CannotFit, match=r"answers at spark://127\.0\.0\.1:9"):
        summarise(session, as_of=now, engine="spark", location=str(lake))
