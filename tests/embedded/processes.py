"""Watching processes, and running a function without root's rights."""

import multiprocessing
import os
import time
from collections.abc import Callable

import psutil

from guanxi.embedded.faults import EmbeddedError

_NOBODY = 65534


def wait_until(
    condition: Callable[[], object], limit: float = 30.0, *, pause: float = 0.02
) -> None:
    """Return as soon as ``condition`` holds; fail after ``limit`` seconds.

    :param pause: between two looks, in seconds; longer where to look costs more.
    """
    give_up = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(pause)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs (one that only waits to be collected does not)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def refusal_as_ordinary_user(function: Callable[[], object]) -> str:
    """Run ``function`` without root's rights and return the sentence of its EmbeddedError."""
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe()

    def target() -> None:
        if os.geteuid() == 0:
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        try:
            function()
        except EmbeddedError as error:
            writer.send(str(error))
        else:
            writer.send("it was not refused")

    process = context.Process(target=target)
    process.start()
    sentence = reader.recv() if reader.poll(30) else "no answer"
    process.join()
    return str(sentence)
