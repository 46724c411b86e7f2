"""``guanxi backup``: database, files and key into one checked archive, while people work."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import click
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from guanxi import __version__, audit
from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.config import Config
from guanxi.db import Database
from guanxi.db.write import SYSTEM, Actor
from guanxi.errors import GuanxiError
from guanxi.operations.archive import Manifest, member_hashes, write_archive
from guanxi.operations.programs import postgres_program
from guanxi.operations.stats import stats

DUMP = "database.dump"


class BackupFailed(GuanxiError):
    """The dump could not be made."""

    code = "backup_failed"


def make_backup(
    config: Config, database: Database, target: Path, *, actor: Actor = SYSTEM
) -> Manifest:
    """Write a backup to ``target``.

    The dump and the figures see the same snapshot, so a restored copy can be compared exactly.

    :raises BackupFailed: pg_dump said no, with its reason.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
        folder = Path(name)
        with Session(database.engine) as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            snapshot = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            figures = stats(session, now=utc_now())
            revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            _dump(database.url, snapshot, folder / DUMP)
        _copy_home(config.home, folder)
        manifest = Manifest(
            made_at=utc_now().isoformat(),
            version=__version__,
            revision=revision,
            members=member_hashes(folder),
            figures=figures,
        )
        write_archive(target, folder, manifest)
    _note(database, target, actor)
    return manifest


def _note(database: Database, target: Path, actor: Actor) -> None:
    """Remember when it was made; ``guanxi doctor`` asks for it."""
    with database.write(actor, now=utc_now()) as session:
        after = {"file": target.name, "bytes": target.stat().st_size}
        audit.record(session, "backup.made", ("installation", "backup"), after=after)


def _dump(url: str, snapshot: str, target: Path) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 -- a fixed program, no shell
        [
            postgres_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges",
            f"--snapshot={snapshot}", f"--file={target}", f"--dbname={address}",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupFailed("The database could not be dumped: %(why)s", why=reason)


def _copy_home(home: Path, folder: Path) -> None:
    if (home / "files").is_dir():
        shutil.copytree(home / "files", folder / "files")
    if (home / "secret.key").is_file():
        shutil.copy2(home / "secret.key", folder / "secret.key")


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@pass_context
def backup_command(context: CommandContext, target: Path) -> None:
    """Write a backup of everything to the file TARGET."""
    target = target.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    manifest = make_backup(context.config, context.database, target, actor=context.actor)
    customers = manifest.figures["customers"]["customers"]
    click.echo(f"{target}: {customers} customers, {target.stat().st_size / 1e6:.1f} MB.")
    click.echo("It holds people's data and the key to stored secrets: keep it in a safe place.")
