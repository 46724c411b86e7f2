"""Backup and restore at the terminal: erasures, keys, other versions, broken files."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from tests.cli.conftest import Guanxi, guanxi

from guanxi.app import build_platform
from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.config import Config
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.errors import GuanxiError
from guanxi.operations.archive import MANIFEST
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.postgres import Server, drop_database, fresh_database

__all__ = ["guanxi"]
CANARY = "hunter2-canary"
Restore = Callable[..., Result]


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """A database with nothing in it."""
    url = fresh_database(server)
    yield url
    drop_database(url)


@pytest.fixture
def restore(platform: Platform, empty: str, tmp_path: Path) -> Restore:
    """``restore(file)`` runs the command on an empty database and a data folder of its own."""

    def run(*arguments: object) -> Result:
        config = replace(platform.config, home=tmp_path / "elsewhere", database_url=empty)
        context = CommandContext(config, build_platform, lambda _: nullcontext(empty))
        return CliRunner().invoke(cli, ["restore", *map(str, arguments)], obj=context)

    return run


@pytest.fixture
def archive(guanxi: Guanxi, api: ApiClient, tmp_path: Path) -> Path:
    """A backup of a company with one customer and a secret."""
    api.post("/customers", {"kind": "person", "name": "Ada Lovelace"})
    guanxi("settings", "set", "core", f"smtp_password={CANARY}")
    guanxi("backup", tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def rewritten(archive: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """A copy of the archive with another manifest."""
    target = archive.with_name("changed.tar")
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            assert content is not None
            body = content.read()
            if member.name == MANIFEST:
                manifest = json.loads(body)
                change(manifest)
                body = json.dumps(manifest).encode()
                member.size = len(body)
            new.addfile(member, io.BytesIO(body))
    return target


def is_empty(url: str) -> bool:
    database = Database(url)
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT to_regclass('customers') IS NULL").scalar_one()
    database.dispose()
    return bool(found)


def test_a_backup_comes_back_by_one_command_with_its_secrets(
    archive: Path, restore: Restore, empty: str, tmp_path: Path
) -> None:
    result = restore(archive)

    assert result.output.startswith("Restored and verified: everything as of ")
    restored = build_platform(Config(home=tmp_path / "elsewhere"), empty)
    restored.host.refresh_from(restored.database)
    assert restored.settings.get("core")["smtp_password"] == CANARY
    with restored.database.read() as session:
        assert session.scalars(select(Customer.display_name)).all() == ["Ada Lovelace"]
    restored.database.dispose()


def test_a_backup_is_for_its_owners_eyes_and_is_remembered(archive: Path, guanxi: Guanxi) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    (line,) = guanxi("audit", "--action", "backup.made")
    assert "backup.tar" in line
    assert list(archive.parent.glob(".backup-*")) == []


def test_whoever_was_erased_after_the_backup_is_erased_again(
    archive: Path, restore: Restore, guanxi: Guanxi, platform: Platform, empty: str
) -> None:
    with platform.database.read() as session:
        ada = session.execute(select(Customer.id)).scalar_one()
    guanxi("customer", "erase", ada, "--yes")
    journal = platform.config.home / "erasures.jsonl"
    assert str(ada) in journal.read_text("ascii")

    result = restore(archive, "--erasures", journal)

    assert "1 people were erased again, after erasures.jsonl." in result.output
    restored = Database(empty)
    with restored.read() as session:
        (customer,) = session.scalars(select(Customer))
        assert customer.erased_at is not None
        assert "Lovelace" not in str(vars(customer))
    restored.dispose()


def test_keys_that_are_there_already_are_kept_behind_the_restored_ones(
    archive: Path, restore: Restore, platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.key").write_text("another-key\n", "ascii")

    restore(archive)

    keys = (tmp_path / "elsewhere" / "secret.key").read_text("ascii").split()
    assert keys == [(platform.config.home / "secret.key").read_text("ascii").strip(), "another-key"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: m.update(format=9), "was written by another version of Guanxi"),
        (lambda m: m.update(revision="core_9999", version="9.0"), "This backup is of Guanxi 9.0"),
        (lambda m: m.pop("members"), "is not a whole backup of Guanxi"),
        (lambda m: m["members"].pop("database.dump"), "is not as it was written"),
    ],
)
def test_an_archive_that_is_not_right_changes_nothing(
    archive: Path, restore: Restore, empty: str, change: Callable[..., None], sentence: str
) -> None:
    result = restore(rewritten(archive, change))

    assert isinstance(result.exception, GuanxiError)
    assert sentence in str(result.exception)
    assert is_empty(empty)


@pytest.mark.parametrize("content", [b"", b"not a tar at all", b"\x1f\x8b" + b"\0" * 600])
def test_a_file_of_another_kind_is_refused(
    restore: Restore, empty: str, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "holiday.jpg").write_bytes(content)

    result = restore(tmp_path / "holiday.jpg")

    assert str(result.exception) == "holiday.jpg is not a whole backup of Guanxi. Take another one."
    assert is_empty(empty)


def test_figures_that_do_not_agree_are_told(archive: Path, restore: Restore) -> None:
    def more(manifest: dict[str, object]) -> None:
        manifest["figures"]["customers"]["customers"] = 7  # type: ignore[index]

    result = restore(rewritten(archive, more))

    assert "After the restore customers is" in str(result.exception)
