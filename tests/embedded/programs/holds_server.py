"""Starts the embedded server in the folder given, prints its process id, and waits to be killed."""

import signal
import sys
from pathlib import Path

from guanxi.embedded.postgres import start

server = start(Path(sys.argv[1]))
print(server.pid, flush=True)
signal.pause()
