"""Reads the fenced code blocks of a Markdown page.

A block that cannot run here has ``<!-- notest: REASON -->`` on the line before it. A block with
``title="NAME"`` is a file: it is written before the blocks after it run.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(
    r"^(?:[ ]*<!-- notest: (?P<why>[^>]+) -->\n)?"
    r"(?P<indent>[ ]*)(?P<fence>```+)(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=indent)(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
_OPTION = re.compile(r'(\w+)="([^"]*)"')
_SNIPPET = re.compile(r'^--8<-- "([^"]+)"\n', re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One code block and where it stands."""

    page: Path
    line: int
    language: str
    text: str
    why_not: str = ""
    options: dict[str, str] = field(default_factory=dict)
    includes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of ``page`` in order, with included files in place."""
    return list(_read(page, page.read_text("utf-8")))


def _read(page: Path, source: str) -> Iterator[Block]:
    for match in _FENCE.finditer(source):
        language, _, options = match["info"].strip().partition(" ")
        body = textwrap.dedent(match["body"])
        yield Block(
            page=page,
            line=source.count("\n", 0, match.start("fence")) + 1,
            language=language,
            text=_SNIPPET.sub(lambda found: (ROOT / found[1]).read_text("utf-8"), body),
            why_not=(match["why"] or "").strip(),
            options=dict(_OPTION.findall(options)),
            includes=tuple(_SNIPPET.findall(body)),
        )
