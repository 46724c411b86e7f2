"""Writes the two locks: the exact versions, with hashes, that every distribution here gets.

``requirements.lock`` is what everybody needs, ``requirements-extra.lock`` what only tests and
benches need beside it: engines that few use, oracles, peers. One resolution covers the core and all
plugins, so that two of them cannot want different versions; the second keeps to the first. The
files name no host: each machine takes the packages from the index it is set to.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUR_OWN = ("setup.cfg", "plugins/*/setup.cfg", "examples/*/setup.cfg")
LOCK = "requirements.lock"
EXTRA = "requirements-extra.lock"
EXTRAS = {".": "dev,docs", "plugins/scoring": "risk"}
ONLY_FOR_TESTS = {"plugins/scoring": "als,peers,spark"}


def main() -> int:
    """Resolve and write both files; returns uv's exit code."""
    folders = [file.parent for pattern in OUR_OWN for file in sorted(ROOT.glob(pattern))]
    named = [(folder, folder.relative_to(ROOT).as_posix()) for folder in folders]
    usual = [with_extras(folder, EXTRAS.get(name, "")) for folder, name in named]
    more = [with_extras(ROOT / name, extras) for name, extras in ONLY_FOR_TESTS.items()]
    return resolve(usual, LOCK, folders) or resolve([*usual, *more], EXTRA, folders, "-c", LOCK)


def resolve(wanted: list[str], file: str, folders: list[Path], *more: str) -> int:
    """Resolve what is ``wanted`` into a lock; returns uv's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch) / "requirements.in"
        asked.write_text("".join(f"-e {one}\n" for one in wanted), "utf-8")
        call = [*command(file), *leave_out(folders), *more, str(asked)]
        return subprocess.run(call, cwd=ROOT, check=False).returncode


def command(file: str) -> list[str]:
    """Return uv's call, which keeps the locked versions unless ``--upgrade`` is given."""
    uv = Path(sys.executable).with_name("uv")
    options = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    options += ["--no-header", "--no-annotate", "--no-emit-index-url", "--quiet"]
    return [str(uv), "pip", "compile", *options, *sys.argv[1:], "-o", file]


def with_extras(folder: Path, extras: str) -> str:
    """Return the requirement for one of our distributions with its extras."""
    return f"{folder}[{extras}]" if extras else str(folder)


def leave_out(folders: list[Path]) -> list[str]:
    """Return the options that keep our own distributions out of the file."""
    names = [name_of(folder) for folder in folders]
    return [word for name in names for word in ("--no-emit-package", name)]


def name_of(folder: Path) -> str:
    """Return the name of the distribution in ``folder``."""
    lines = (folder / "setup.cfg").read_text("utf-8").splitlines()
    return next(line.split("=", 1)[1].strip() for line in lines if line.startswith("name"))


if __name__ == "__main__":
    sys.exit(main())
