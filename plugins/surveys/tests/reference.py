"""The reference implementation of the SurveyJS format (survey-core in Node) as an oracle.

What it can be asked stands in ``oracle/oracle.js``. Its packages are installed at the first use,
from the lock file beside it. The version is 3.1.1, because questionnaires made here have to open
in the present SurveyJS, and because linter and tester exist only since 3.1; no part of it is in the
product, so it needs no match with anything in a browser.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

from guanxi.web.frontend_build import install_packages, one_at_a_time
from guanxi.web.node import find_node

FOLDER: Final = Path(__file__).parent / "oracle"
ZONE: Final = "Asia/Shanghai"
"""Where the oracle is: east of Greenwich, so that a mix-up with UTC is seen."""


class OracleFailed(RuntimeError):
    """The oracle answered one request with an error; the message is what it threw."""


class Oracle:
    """One process of Node, asked over a pipe."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @classmethod
    @contextmanager
    def started(cls) -> Iterator["Oracle"]:
        """Start the oracle, installing its packages where needed, and end it afterwards."""
        tools = find_node()
        with one_at_a_time(FOLDER):
            install_packages(FOLDER, tools)
        with subprocess.Popen(
            [tools.node, "oracle.js"],
            cwd=FOLDER,
            env=os.environ | {"TZ": ZONE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            yield cls(process)
            cast(IO[str], process.stdin).close()

    def ask_all(self, requests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the answers to many requests, in their order; an error is an answer, too."""
        said, heard = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        said.write(json.dumps(requests) + "\n")
        said.flush()
        answers: list[dict[str, Any]] = json.loads(heard.readline())
        return answers

    def ask(self, op: str, **values: Any) -> dict[str, Any]:
        """Return the answer to one request; raises OracleFailed when it threw something."""
        (answer,) = self.ask_all([{"op": op, **values}])
        if "error" in answer:
            raise OracleFailed(answer["error"])
        return answer
