"""The whole start with tiny programs: run.py HOME PORT DATABASE_URL STEP...

A STEP is printed when it is its turn; the step ``hang`` never ends.
"""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

from guanxi.embedded.child import Program
from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.run import Steps, run

home, port, database_url, *names = sys.argv[1:]
answers = str(Path(__file__).with_name("answers.py"))


def step(name: str) -> Callable[[str], None]:
    def take(_url: str) -> None:
        print(name, flush=True)
        if name == "hang":
            signal.pause()

    return take


steps = Steps(
    prepare=[step(name) for name in names],
    programs=lambda _url: [Program("web", [sys.executable, answers, port])],
    announce=step("announced"),
)
try:
    run(Path(home), host="127.0.0.1", port=int(port), database_url=database_url, steps=steps)
except EmbeddedError as error:
    sys.exit(f"refused: {error}")
print("ended")
