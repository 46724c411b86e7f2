"""What a PostgreSQL that was killed hard leaves behind, and how to get rid of it.

When the first process of PostgreSQL is killed, the ones it had started can hold the shared
memory for a while longer, and a new server must not start beside them. When instead the
process in charge of it was killed, a whole server may still be running. Both are found by
the tag that every process of a server carries in the process list.
"""

import signal
import time
from contextlib import suppress

import psutil

from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.place import PORT, Place
from guanxi.embedded.state import read_state

_PATIENCE = 30.0
"""Seconds until we give up."""

_ESCALATION = ((2.0, signal.SIGQUIT), (15.0, signal.SIGKILL))
"""Seconds of waiting after which the signal is sent. Committed data are safe from both."""


def clear_leftovers(place: Place, *, patience: float = _PATIENCE) -> None:
    """End every process left over from an earlier server in ``place`` and wait until it is gone.

    :raises EmbeddedError: some are still there after ``patience`` seconds.
    """
    state = read_state(place.pid_file)
    left = processes_of(place.tag)
    if state is not None and any(process.pid == state.pid for process in left):
        with suppress(psutil.NoSuchProcess):
            psutil.Process(state.pid).send_signal(signal.SIGINT)  # a fast, orderly shutdown
        end_processes(place.tag, patience, escalation=((20.0, signal.SIGQUIT),))
    else:
        end_processes(place.tag, patience, escalation=_ESCALATION)
    _forget_reused_pid(place)


def processes_of(tag: str) -> list[psutil.Process]:
    """Return the living processes of the server with that tag."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if words and "postgres" in words[0] and any(tag in word for word in words):
            found.append(process)
    return found


def end_processes(
    tag: str, patience: float, escalation: tuple[tuple[float, signal.Signals], ...]
) -> None:
    """Wait until no process with ``tag`` is left, and get firmer as time goes by.

    :raises EmbeddedError: some are still there after ``patience`` seconds.
    """
    started = time.monotonic()
    steps = list(escalation)
    while left := processes_of(tag):
        waited = time.monotonic() - started
        if waited > patience:
            raise EmbeddedError(
                "Processes of an earlier PostgreSQL do not end (%(pids)s): "
                "end them, then start again.",
                pids=", ".join(str(process.pid) for process in left),
            )
        if steps and waited >= steps[0][0]:
            _signal_all(left, steps.pop(0)[1])
        time.sleep(0.05)


def _signal_all(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _forget_reused_pid(place: Place) -> None:
    """Remove a stale note whose process id now belongs to somebody else.

    PostgreSQL would take that stranger for a running server; in a restarted container
    the same few process ids come back every time.
    """
    state = read_state(place.pid_file)
    if state is not None and psutil.pid_exists(state.pid):
        place.pid_file.unlink(missing_ok=True)
        (place.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
