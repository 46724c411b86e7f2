"""What keeps the server from starting is said in one sentence, with what to do."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.embedded.processes import refusal_as_ordinary_user

from guanxi.embedded.faults import EmbeddedError, from_log
from guanxi.embedded.own_server import check_own_server
from guanxi.embedded.postgres import start


def test_a_folder_without_permission(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o001)
    closed.chmod(0o555)

    sentence = refusal_as_ordinary_user(lambda: start(closed))

    assert f"may not write to {closed / 'postgres'}: give this user the folder" in sentence
    assert "set GUANXI_HOME to another one" in sentence


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("")

    with pytest.raises(EmbeddedError, match=r"cannot be used .*: set GUANXI_HOME"):
        start(tmp_path)


def test_data_of_another_major_version(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedError, match="was made by PostgreSQL 16 and this is 18"):
        start(tmp_path)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "guanxi-test", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may make a tiny disk")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def test_a_full_disk(tiny_disk: Path) -> None:
    with pytest.raises(EmbeddedError) as refused:
        start(tiny_disk)

    assert str(refused.value) == (
        f"The disk that holds {tiny_disk / 'postgres'} is full: free some space, "
        "or set GUANXI_HOME to a folder on another disk."
    )


def test_an_unknown_cause_is_quoted_with_the_place_of_the_log() -> None:
    log = "LOG:  starting\n2026-01-01 UTC [7] FATAL:  could not load pg_hba.conf\n"

    sentence = str(from_log(log, Path("/data"), Path("/data/postgres.log")))

    assert sentence == (
        "The embedded PostgreSQL did not start (could not load pg_hba.conf): "
        "see /data/postgres.log."
    )


def test_a_database_url_where_nobody_answers(free_port: int) -> None:
    with pytest.raises(EmbeddedError) as refused:
        check_own_server(f"postgresql://me:secret@127.0.0.1:{free_port}/crm")

    sentence = str(refused.value)
    assert f"(postgresql+psycopg://me:***@127.0.0.1:{free_port}/crm) cannot be reached" in sentence
    assert "Connection refused" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize("address", ["mysql://localhost/crm", "nonsense", "sqlite:///crm.db"])
def test_a_database_url_of_something_else(address: str) -> None:
    with pytest.raises(EmbeddedError, match="is not the address of a PostgreSQL database"):
        check_own_server(address)
