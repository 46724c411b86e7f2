"""A backup comes back whole, and one that was damaged is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Database
from guanxi.operations.archive import BackupDamaged
from guanxi.operations.backup import make_backup
from guanxi.operations.restore import NotEmpty, restore_backup
from guanxi.operations.stats import stats
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.postgres import Server, drop_database, fresh_database


def test_a_backup_is_restored_and_verified(
    platform: Platform, config: Config, api: ApiClient, server: Server, tmp_path: Path
) -> None:
    for name in ("Ada Lovelace", "张三"):
        assert api.post("/customers", {"kind": "person", "name": name}).status_code == 201
    (platform.files / "kept.txt").write_text("a file", "utf-8")
    archive = tmp_path / "backup.tar"
    make_backup(config, platform.database, archive)
    elsewhere = replace(config, home=tmp_path / "restored")
    url = fresh_database(server)

    restore_backup(elsewhere, url, archive)

    restored = Database(url)
    with restored.read() as there, platform.database.read() as here:
        now = utc_now()
        assert stats(there, now=now) == stats(here, now=now)
        assert stats(there, now=now)["customers"]["customers"] == 2
    restored.dispose()
    assert (elsewhere.home / "files" / "kept.txt").read_text("utf-8") == "a file"
    drop_database(url)


def test_a_damaged_backup_is_refused_before_anything_is_written(
    platform: Platform, config: Config, server: Server, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar"
    make_backup(config, platform.database, archive)
    contents = bytearray(archive.read_bytes())
    contents[len(contents) // 2] ^= 0xFF
    archive.write_bytes(contents)
    url = fresh_database(server)

    with pytest.raises(BackupDamaged):
        restore_backup(replace(config, home=tmp_path / "restored"), url, archive)

    drop_database(url)


def test_a_restore_never_overwrites(
    platform: Platform, config: Config, database_url: str, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar"
    make_backup(config, platform.database, archive)

    with pytest.raises(NotEmpty):
        restore_backup(config, database_url, archive)
