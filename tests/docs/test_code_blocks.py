"""Every code block of the documentation does what the page says it does."""

import os
import shutil
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT, Block, blocks_of
from tests.docs.console import commands_of
from tests.docs.installation import Installation

LEFT_OUT = {"development"}
"""Folders of ``docs`` whose pages show pieces of the source to people who read the source."""

SHORT_REASON = 15

IN_CI = "GUANXI_REQUIRE_BROWSER" in os.environ
"""Asked before a fixture takes such variables away."""


def pages() -> list[Path]:
    found = sorted((ROOT / "docs").rglob("*.md"))
    kept = [page for page in found if page.parent.name not in LEFT_OUT]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *kept]


def pages_with_blocks() -> list[Path]:
    return [page for page in pages() if blocks_of(page)]


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in blocks_of(page)]


@pytest.mark.parametrize("page", pages_with_blocks(), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_blocks_of_a_page_run_one_after_the_other(
    page: Path, installation: Installation
) -> None:
    blocks = blocks_of(page)
    if any("$ curl" in block.text for block in blocks):
        need("curl")

    for block in blocks:
        if not block.why_not:
            installation.run(block)


def need(program: str) -> None:
    """Skip, loudly, where ``program`` is missing; in CI that is a failure."""
    if shutil.which(program) is None:
        stop = pytest.fail if IN_CI else pytest.skip
        stop(f"This page needs {program}, which is not installed here.")


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    blocks = all_blocks()
    left_out = [block for block in blocks if block.why_not]

    assert len(blocks) >= 100
    assert len(left_out) <= 16
    assert [str(b) for b in left_out if len(b.why_not) < SHORT_REASON] == []


def test_no_fence_escapes_the_reader_of_blocks() -> None:
    fences = {page: page.read_text("utf-8").count("```") for page in pages()}

    assert {page: 2 * len(blocks_of(page)) for page in pages()} == fences


def test_a_marker_keeps_a_block_from_running(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- notest: needs a printer -->\n```console\n$ lpr page.md\n```\n")

    (block,) = blocks_of(page)

    assert (block.why_not, block.language) == ("needs a printer", "console")


def test_a_command_may_take_several_lines_and_is_followed_by_what_it_prints() -> None:
    commands = list(commands_of("$ guanxi stats \\\n    --json\nfour\nfive\n$ guanxi doctor\n"))

    assert [(command.line, command.shown) for command in commands] == [
        ("guanxi stats --json", "four\nfive\n"),
        ("guanxi doctor", ""),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "```console\n$ guanxi no-such-command\n```",
        "```console\n$ guanxi user list\nnobody\n```",
        "```console\n$ guanxi settings set core currency=tulips\n```",
        "```console\n$ guanxi settings set core require_totp=maybe\n```",
        "```toml\nprot = 8000\n```",
        "```json\n{'a': 1}\n```",
        "```python\nassert 1 == 2\n```",
        "```fortran\nSTOP\n```",
    ],
)
def test_a_block_that_is_wrong_is_noticed(
    wrong: str, tmp_path: Path, installation: Installation
) -> None:
    page = ROOT / "docs" / "wrong.md"
    (block,) = [
        Block(page, found.line, found.language, found.text)
        for found in blocks_of(_written(tmp_path / "wrong.md", wrong))
    ]

    with pytest.raises(Exception):  # noqa: B017 -- of any kind
        installation.run(block)


def _written(page: Path, text: str) -> Path:
    page.write_text(f"{text}\n", "utf-8")
    return page
