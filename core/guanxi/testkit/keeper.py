"""Keeps the test server of one test run: ``python -m guanxi.testkit.keeper FOLDER``.

Started by ``shared_server.py``, which explains the locks.
"""

import fcntl
import shutil
import sys
from pathlib import Path

from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.postgres import start


def keep(folder: Path) -> None:
    """Run a server in ``folder`` until nobody uses it any more, then remove the folder."""
    with (folder / "users").open("ab") as users:
        with start(folder, durable=False) as server:
            unfinished = folder / "url.new"
            unfinished.write_text(server.url, "utf-8")
            unfinished.rename(folder / "url")
            fcntl.flock(users, fcntl.LOCK_EX)
        # Under its new name nobody can join it any more while it is being removed.
        shutil.rmtree(folder.rename(folder.with_suffix(".gone")), ignore_errors=True)


def main() -> int:
    """Keep the server of the folder named on the command line."""
    try:
        keep(Path(sys.argv[1]))
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
