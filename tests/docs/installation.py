"""What a page's code blocks run against: one installation per page, served when first asked for."""

import json
import tomllib
from collections.abc import Callable, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.docs.blocks import Block
from tests.docs.console import ADDRESS, Console

from guanxi.config import load_config

ONLY_FILES = ("csv", "html")


@dataclass
class Installation:
    """Runs the blocks of one page in their order."""

    folder: Path
    environment: dict[str, str]
    address: Callable[[], str]

    def __post_init__(self) -> None:
        self._console = Console(self.folder, self.environment, self.address)
        self._names: dict[str, object] = {"__name__": "__main__"}
        self._runners: Mapping[str, Callable[[Block], None]] = {
            "console": self._console.run,
            "python": self._python,
            "toml": self._toml,
            "json": lambda block: json.loads(block.text),
            "ini": lambda block: ConfigParser().read_string(block.text),
            **dict.fromkeys((*ONLY_FILES, "text"), lambda block: None),
        }

    def run(self, block: Block) -> None:
        """Run one block, or write it where it is a file."""
        assert block.language in self._runners, f"{block}: nobody runs {block.language!r}"
        if "title" in block.options:
            self._write(block)
        else:
            assert block.language not in ONLY_FILES, f"{block}: a file needs a title"
            self._runners[block.language](block)

    def _write(self, block: Block) -> None:
        file = self.folder / block.options["title"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, "utf-8")
        if block.language == "python":
            compile(block.text, str(file), "exec")
        elif block.language != "console":
            self._runners[block.language](block)

    def _python(self, block: Block) -> None:
        text = block.text
        if ADDRESS in text:
            text = text.replace(ADDRESS, self.address())
        with pytest.MonkeyPatch.context() as patched:
            for name, value in self.environment.items():
                patched.setenv(name, value)
            exec(compile(text, str(block), "exec"), self._names)  # our own pages

    def _toml(self, block: Block) -> None:
        tomllib.loads(block.text)
        file = self.folder / "block.toml"
        file.write_text(block.text, "utf-8")
        load_config({}, file)
