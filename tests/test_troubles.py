"""Trouble of the machine is told in one sentence; a defect of ours keeps its traceback."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.troubles import explained


def run(home: Path, url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "GUANXI_HOME": str(home), "DATABASE_URL": url}
    return subprocess.run(
        [sys.executable, "-m", "guanxi", *words],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_command_says_that_nobody_answers_at_database_url(tmp_path: Path) -> None:
    done = run(tmp_path, "postgresql://me:hush@127.0.0.1:1/crm", "stats", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("guanxi: The database cannot be reached, or went away in the ")
    assert done.stderr.count("\n") == 1
    assert "hush" not in done.stderr


def test_a_command_on_an_empty_database_says_to_migrate(tmp_path: Path, server: Server) -> None:
    empty = fresh_database(server)

    done = run(tmp_path, empty, "stats", "--json")

    drop_database(empty)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "guanxi: The database lacks a table: run `guanxi migrate` first.\n"


@pytest.mark.parametrize("url", ["", "postgresql://me:hush@127.0.0.1:1/crm"])
def test_an_unknown_command_is_told_without_a_database(tmp_path: Path, url: str) -> None:
    home = tmp_path / "home"

    done = run(home, url, "lyoalty")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "Error: No such command 'lyoalty'."
    assert "Traceback" not in done.stderr
    assert not home.exists()


def test_a_right_that_is_missing_is_named_with_what_to_do(server: Server) -> None:
    engine = create_engine(server.url, poolclass=NullPool)
    with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(text("SELECT rolpassword FROM pg_authid"))

    assert str(explained(refused.value)) == (
        "The database does not allow this (permission denied for table pg_authid): "
        "make the role in DATABASE_URL the owner of its database."
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_file_that_cannot_be_written_is_named(number: int) -> None:
    error = OSError(number, os.strerror(number), "/data/exports/1.csv")

    sentence = str(explained(error))

    assert sentence.startswith(f"/data/exports/1.csv cannot be written ({os.strerror(number)}): ")


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("x"), OSError(errno.EPIPE, "pipe")])
def test_a_defect_is_not_explained_away(error: Exception) -> None:
    assert explained(error) is None
