"""A program, and its child, that do not listen to SIGTERM: stubborn.py FOLDER NAME."""

import os
import signal
import sys
from pathlib import Path

folder, name = Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    (folder / f"{name}.new").write_text(f"{os.getpid()} {child}")
    (folder / f"{name}.new").rename(folder / f"{name}.pids")
while True:
    signal.pause()
