"""The web server with two processes that answer with their ids: serve.py PORT."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from guanxi.embedded.web_server import serve_web


def application(_environ: dict[str, Any], respond: Callable[..., object]) -> Iterable[bytes]:
    """Answer with the ids of this process and of its parent."""
    respond("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {os.getppid()}".encode()]


serve_web(application, host="127.0.0.1", port=int(sys.argv[1]), processes=2, threads=2)
