"""Run somebody else's code for at most so long, in a thread of its own."""

import ctypes
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Hangs(Exception):
    """The work did not finish in time; its thread was asked to end and is left to itself."""


class _Answer(Generic[T]):
    value: T
    error: BaseException | None = None


def run_limited(work: Callable[[], T], seconds: float, name: str) -> T:
    """Return what ``work`` returns; whatever it raises comes through, ``SystemExit`` too.

    :raises Hangs: it did not finish within ``seconds``.
    """
    answer: _Answer[T] = _Answer()

    def run() -> None:
        try:
            answer.value = work()
        except BaseException as error:  # noqa: BLE001 -- raised again by the caller's thread
            answer.error = error

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        interrupt(thread.ident or 0, SystemExit)
        raise Hangs
    if answer.error is not None:
        raise answer.error
    return answer.value


def interrupt(thread: int, error: type[BaseException]) -> None:
    """Have ``error`` raised in another thread, as soon as it runs Python code again.

    A thread that waits inside C code (a socket, a lock) does not notice before it returns.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def stack_of(thread: int) -> str:
    """Return where another thread is now, innermost call last; empty if it ended."""
    frame: Any = sys._current_frames().get(thread)  # noqa: SLF001
    return "".join(traceback.format_stack(frame)) if frame else ""
