"""The web server: Granian with some processes that share one loaded application.

The application is loaded once, before the processes fork, so that they share its memory and
are all ready at the same moment. Hence it must not hold open connections or threads by then.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from guanxi.embedded.parent import end_with
from guanxi.garbage import settle

_REQUEST_PATIENCE = 15
"""Seconds that requests under way have to finish when the server is asked to stop."""


def serve_web(
    application: Callable[..., Any],
    *,
    host: str,
    port: int,
    processes: int,
    threads: int,
    forked: Callable[[], None] | None = None,
) -> None:
    """Answer requests with the WSGI ``application`` until SIGINT or SIGTERM.

    :param forked: called once in each process that answers requests, for its threads.
    """
    parent = os.getpid()

    def hand_over() -> Callable[..., Any]:
        # Not SIGTERM: nobody is left then who would end a process that does not stop by itself.
        end_with(parent, signal.SIGKILL)
        if forked is not None:
            forked()
        return application

    multiprocessing.set_start_method("fork", force=True)  # others would load it once more each
    settle()
    server = Granian(
        "guanxi",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=_REQUEST_PATIENCE,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=hand_over, wrap_loader=False)
