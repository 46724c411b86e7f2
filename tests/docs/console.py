"""Runs ``console`` blocks as a reader would type them, on an installation of their own.

``guanxi`` runs in this process, which saves a second per command; ``curl`` is the real one. What a
block shows after a command has to be what comes out, where ``...`` stands for anything.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from click.testing import CliRunner
from tests.docs.blocks import ROOT, Block

from guanxi.cli import cli
from guanxi.errors import GuanxiError

ADDRESS = "http://127.0.0.1:8000"
"""What the pages call the installation; the test's own has another port."""

_ASSIGNED = re.compile(r"^(\w+)=\$\((.+)\)$")
_COMPARE = doctest.OutputChecker()
_LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Command:
    """A command as it is typed, and what the page shows after it."""

    line: str
    shown: str


@dataclass(frozen=True)
class Answer:
    """What came out."""

    status: int
    output: str


@dataclass
class Console:
    """A terminal in ``folder``.

    :param environment: variables of the installation; ``NAME=$(command)`` adds to them.
    :param address: gives the address of the installation's web server, starting it if need be.
    """

    folder: Path
    environment: dict[str, str]
    address: Callable[[], str]

    def run(self, block: Block) -> None:
        """Run the commands of ``block``; a failure names the command and what it said."""
        commands = list(commands_of(block.text))
        assert commands, f"{block}: there is no line that begins with $"
        for command in commands:
            answer = self._type(command.line)
            about = f"{block}: $ {command.line}\n{answer.output}"
            assert (answer.status == 0) != command.shown.startswith("guanxi: "), about
            if command.shown:
                fits = _COMPARE.check_output(command.shown, answer.output, _LOOSELY)
                assert fits, f"{about}\nbut the page shows:\n{command.shown}"

    def _type(self, line: str) -> Answer:
        assigned = _ASSIGNED.match(line)
        if assigned:
            answer = self._type(assigned[2])
            self.environment[assigned[1]] = answer.output.strip()
            return answer
        if line.split(maxsplit=1)[0] == "curl":
            return self._curl(line.replace(ADDRESS, self.address()))
        words = shlex.split(line)
        own = dict(words.pop(0).split("=", 1) for _ in list(words) if "=" in words[0])
        if words[0] == "python":
            return self._python(words[1:], own)
        assert words[0] == "guanxi", f"cannot run: {line}"
        filled = [Template(word).safe_substitute(self.environment) for word in words[1:]]
        return self._guanxi(filled, own)

    def _guanxi(self, words: list[str], own: dict[str, str]) -> Answer:
        elsewhere = {"DATABASE_URL": None} if "GUANXI_HOME" in own else {}
        settings = {**self.environment, **elsewhere, **own}
        result = CliRunner().invoke(cli, words, env=settings)
        if isinstance(result.exception, GuanxiError):
            return Answer(1, f"{result.output}guanxi: {result.exception}\n")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.output)

    def _python(self, words: list[str], own: dict[str, str]) -> Answer:
        """Run a program of the repository beside the reader's files."""
        filled = {k: Template(v).safe_substitute(self.environment) for k, v in own.items()}
        placed = {k: v.replace(ADDRESS, self.address()) for k, v in filled.items()}
        done = subprocess.run(
            [sys.executable, str(ROOT / words[0]), *words[1:]],
            capture_output=True, text=True, check=False,
            cwd=self.folder, env={**os.environ, **self.environment, **placed},
        )  # fmt: skip
        return Answer(done.returncode, done.stdout + done.stderr)

    def _curl(self, line: str) -> Answer:
        # Set for bash, so that a pipe counts as failed when curl failed.
        settings = {**os.environ, **self.environment, "SHELLOPTS": "pipefail"}
        quiet = line.replace("curl", "curl --silent --show-error --fail-with-body", 1)
        done = subprocess.run(
            ["bash", "-c", quiet], capture_output=True, text=True, check=False,
            cwd=self.folder, env=settings,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout + done.stderr)


def commands_of(text: str) -> Iterator[Command]:
    """Yield the commands of a console block; an open quote or a backslash continues a line."""
    joined = re.sub(r"\\\n\s*", "", text)
    for part in re.split(r"^\$ ", joined, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = next(n for n in range(1, len(lines) + 1) if _is_whole("\n".join(lines[:n])))
        shown = "\n".join(lines[length:]).strip()
        yield Command("\n".join(lines[:length]).strip(), shown and f"{shown}\n")


def _is_whole(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True
