"""What loading a plugin does to the world outside: watched in a process of its own.

``python -m guanxi.testkit.side_effects NAME`` prints the effects as JSON.
"""

import json
import os
import subprocess
import sys
from typing import Any

from guanxi.plugins.discovery import find_plugins
from guanxi.plugins.loading import load

_NEVER = frozenset(
    """
    os.fork os.system os.exec os.posix_spawn subprocess.Popen
    socket.bind socket.connect socket.getaddrinfo
    """.split()  # noqa: SIM905 -- names as in Python's table of audit events
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def side_effects(plugin: str) -> list[str]:
    """Return the connections, processes and written files that loading ``plugin`` causes."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    command = [sys.executable, "-B", "-m", __name__, plugin]
    # Its own interpreter and a plugin's name: nothing here comes from outside.
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    effects: list[str] = json.loads(done.stdout.splitlines()[-1])
    return effects


def _effect(event: str, arguments: tuple[Any, ...]) -> str | None:
    if event in _NEVER:
        return f"{event} {arguments!r}"
    if event == "open":
        path, _, flags = arguments
        if flags is not None and flags & _WRITING and str(path) != os.devnull:
            return f"writes {path}"
    return None


def main() -> None:
    """Load the plugin named on the command line and print what it did."""
    (found,) = [entry for entry in find_plugins() if entry.name == sys.argv[1]]
    effects: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        effect = _effect(event, arguments)
        if effect is not None:
            effects.append(effect)

    sys.addaudithook(watch)
    load(found, core_permissions=(), time_limit=30.0)
    print(json.dumps(effects))


if __name__ == "__main__":
    main()
