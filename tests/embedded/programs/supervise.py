"""A supervisor of two programs: supervise.py FOLDER SCRIPT PATIENCE."""

import sys
from pathlib import Path

from guanxi.embedded.child import Program
from guanxi.embedded.supervisor import Supervisor

folder, script, patience = sys.argv[1], str(Path(__file__).with_name(sys.argv[2])), sys.argv[3]
supervisor = Supervisor(
    [
        Program(name, [sys.executable, script, folder, name], patience=float(patience))
        for name in ("web", "worker")
    ]
)
with supervisor.signals():
    supervisor.start()
    while not supervisor.stopping:
        supervisor.tick()
    supervisor.stop()
