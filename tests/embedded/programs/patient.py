"""A program with a child of its own, that ends when it is asked to: patient.py FOLDER NAME."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

folder, name = Path(sys.argv[1]), sys.argv[2]
helper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])


def end(_number: int, _frame: FrameType | None) -> None:
    helper.kill()
    with (folder / "ended").open("a") as file:
        file.write(f"{name}\n")
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
(folder / f"{name}.new").write_text(f"{os.getpid()} {helper.pid}")
(folder / f"{name}.new").rename(folder / f"{name}.pids")
signal.pause()
