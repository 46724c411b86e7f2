"""Writes ``requirements.lock``: the exact versions, with hashes, that every distribution here gets.

One resolution covers the core and all plugins, so that two of them cannot want different
versions. The file names no host: each machine takes the packages from the index it is set to.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUR_OWN = ("setup.cfg", "plugins/*/setup.cfg", "examples/*/setup.cfg")


def main() -> int:
    """Resolve and write the file; returns uv's exit code."""
    folders = [file.parent for pattern in OUR_OWN for file in sorted(ROOT.glob(pattern))]
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "requirements.in"
        wanted.write_text("".join(f"-e {with_extras(folder)}\n" for folder in folders), "utf-8")
        call = [*command(), *leave_out(folders), str(wanted)]
        return subprocess.run(call, cwd=ROOT, check=False).returncode


def command() -> list[str]:
    """Return uv's call, which keeps the locked versions unless ``--upgrade`` is given."""
    uv = Path(sys.executable).with_name("uv")
    options = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    options += ["--no-header", "--no-annotate", "--no-emit-index-url", "--quiet"]
    return [str(uv), "pip", "compile", *options, *sys.argv[1:], "-o", "requirements.lock"]


def with_extras(folder: Path) -> str:
    """Return the requirement for one of our distributions; the core comes with its extras."""
    return f"{folder}[dev,docs]" if folder == ROOT else str(folder)


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
