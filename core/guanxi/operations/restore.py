"""``guanxi restore``: bring a backup into an empty database, and prove that it is all there."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import click
from sqlalchemy import inspect, make_url

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.config import Config
from guanxi.db import Database, json
from guanxi.errors import GuanxiError
from guanxi.operations.archive import BackupDamaged, Manifest, read_archive
from guanxi.operations.backup import DUMP
from guanxi.operations.programs import postgres_program
from guanxi.operations.stats import stats


class NotEmpty(GuanxiError):
    """A restore never overwrites."""

    code = "not_empty"


def restore_backup(config: Config, url: str, source: Path) -> Manifest:
    """Restore ``source`` into the empty database at ``url`` and into the data folder, then verify.

    :raises NotEmpty: there are tables or files already.
    :raises BackupDamaged: the archive, or what came out of it, is not what was backed up.
    """
    database = Database(url)
    try:
        if inspect(database.engine).has_table("customers"):
            raise NotEmpty(
                "There is an installation here already. Restore into an empty GUANXI_HOME "
                "or an empty database."
            )
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            manifest = read_archive(source, folder)
            _load(database.url, folder / DUMP)
            _place_home(config.home, folder)
        _verify(database, manifest)
    finally:
        database.dispose()
    return manifest


def _load(url: str, dump: Path) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 -- a fixed program, no shell
        [
            postgres_program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error",
            "--single-transaction", f"--dbname={address}", str(dump),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupDamaged("The database could not be restored: %(why)s", why=reason)


def _place_home(home: Path, folder: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    if (folder / "files").is_dir():
        shutil.copytree(folder / "files", home / "files", dirs_exist_ok=True)
    if (folder / "secret.key").is_file():
        shutil.copy2(folder / "secret.key", home / "secret.key")


def _verify(database: Database, manifest: Manifest) -> None:
    with database.read() as session:
        found = json.loads(json.dumps_bytes(stats(session, now=utc_now())))
    for name, expected in manifest.figures.items():
        if found.get(name) != expected:
            raise BackupDamaged(
                "After the restore %(name)s is %(found)s instead of %(expected)s.",
                name=name,
                found=found.get(name),
                expected=expected,
            )


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_context
def restore_command(context: CommandContext, source: Path) -> None:
    """Restore the backup SOURCE into an empty installation and verify it."""
    manifest = restore_backup(context.config, context.database_url, source)
    click.echo(f"Restored and verified: everything as of {manifest.made_at}.")
