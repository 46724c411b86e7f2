"""One child process of the supervisor: started in a group of its own, restarted, ended."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from guanxi.embedded.backoff import Backoff
from guanxi.embedded.parent import child_ends_with_us

log = logging.getLogger(__name__)

RESTART_ME = 75
"""Exit code of a program that wants to be started again at once, say with a new plugin."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and how many seconds it gets to end well."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 20.0


class Child:
    """A running :class:`Program`. All of it is called from the main thread."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._backoff = Backoff()

    @property
    def pid(self) -> int:
        """Process id, which is also the id of the process group; 0 if it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the program, so that it ends when this process dies."""
        self._backoff.started(time.monotonic())
        self._process = subprocess.Popen(  # noqa: S603 - our own programs
            list(self.program.command),
            env={**os.environ, **self.program.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=child_ends_with_us(signal.SIGTERM),  # noqa: PLW1509 - main thread only
        )
        log.info("started %s as process %s", self.program.name, self.pid)

    def tick(self) -> None:
        """Notice that the program has ended, and start it again when it is time to."""
        if self._process is not None:
            if not self.has_ended():
                return
            code = self.bury()
            delay = self._backoff.ended(time.monotonic(), wanted=code == RESTART_ME)
            log.warning(
                "%s ended with exit code %s, starts again in %.1f s",
                self.program.name,
                code,
                delay,
            )
        if self._backoff.is_over(time.monotonic()):
            self.start()

    def ask_to_end(self) -> None:
        """Send SIGTERM to the program, which tells its own children."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGTERM)

    def has_ended(self) -> bool:
        """Tell whether the program has ended, leaving its exit code for :meth:`bury`."""
        if self._process is None:
            return True
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, options) is not None

    def bury(self) -> int:
        """End what is left of the program's group and return its exit code, 0 if it never ran.

        The first process is collected last: until then nobody else gets the group's id.
        """
        if self._process is None:
            return 0
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        self._process = None
        return code
