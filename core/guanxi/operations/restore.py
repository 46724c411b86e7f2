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
from guanxi.db import Database, history, json
from guanxi.db.migrate import core_history, upgrade_core
from guanxi.errors import GuanxiError
from guanxi.operations.archive import BackupDamaged, Manifest, read_archive
from guanxi.operations.backup import DUMP
from guanxi.operations.programs import postgres_program
from guanxi.operations.stats import stats
from guanxi.privacy import journal
from guanxi.privacy.reapplying import reapply


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
            if not history.knows(core_history(), manifest.revision):
                raise BackupDamaged(
                    "This backup is of Guanxi %(version)s, which is newer than this one. "
                    "Restore it with that version.",
                    version=manifest.version,
                )
            _load(database.url, folder / DUMP)
            _place_home(config.home, folder)
        upgrade_core(url)
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
        _place_key(home / "secret.key", folder / "secret.key")


def _place_key(target: Path, restored: Path) -> None:
    """Put the restored keys before those that are there, so that everything can be read."""
    keys = restored.read_bytes().split()
    if target.is_file():
        keys += [key for key in target.read_bytes().split() if key not in keys]
    part = target.with_name("secret.key.part")
    part.touch(mode=0o600)
    part.write_bytes(b"".join(key + b"\n" for key in keys))
    part.replace(target)


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
@click.option(
    "--erasures",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The journal erasures.jsonl of the lost data folder; people in it are erased again.",
)
@pass_context
def restore_command(context: CommandContext, source: Path, erasures: Path | None) -> None:
    """Restore the backup SOURCE into an empty installation and verify it.

    A journal of erasures that lies in the data folder is applied in any case.
    """
    own = context.config.home / journal.FILE
    manifest = restore_backup(context.config, context.database_url, source)
    click.echo(f"Restored and verified: everything as of {manifest.made_at}.")
    for file in (erasures, own if own.is_file() else None):
        if file is not None:
            number = reapply(context.platform, file, context.actor)
            click.echo(f"{number} people were erased again, after {file.name}.")
