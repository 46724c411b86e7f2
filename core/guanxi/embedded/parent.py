"""A child process that ends when the process that started it ends, however that was.

Linux only, and there "parent" means the *thread* that starts the child: start children from
the main thread. Elsewhere these functions do nothing, and the next start clears up.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from functools import cache, partial

_PR_SET_PDEATHSIG = 1


def end_with(parent: int, number: signal.Signals) -> None:
    """Have Linux send ``number`` to this process when ``parent``, which started it, dies."""
    libc = _libc()
    if libc is None:
        return
    libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        os._exit(1)


def child_ends_with_us(number: signal.Signals) -> Callable[[], None]:
    """Return the ``preexec_fn`` with which a new child will end when this process dies."""
    _libc()  # loaded now: between fork and exec it would be too late
    return partial(end_with, os.getpid(), number)


@cache
def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None
