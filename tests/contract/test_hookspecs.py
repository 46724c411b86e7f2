"""Every hook says when it is called, what one gets, returns, what if it raises, since when."""

import re
from pathlib import Path

import pytest

from guanxi import hookspecs
from guanxi.plugins.implementations import hook_names

ROOT = Path(__file__).parents[2]
LINES = ("When:", "You get:", "Return:", "If you raise", "Since: contract ")


@pytest.mark.parametrize("hook", hook_names())
def test_the_hook_is_documented_in_five_lines(hook: str) -> None:
    docstring = getattr(hookspecs, hook).__doc__
    summary, *body = [line.strip() for line in docstring.strip().splitlines() if line.strip()]

    labelled = [line for line in body if line.startswith(LINES)]

    assert summary.endswith(".")
    assert len(labelled) == len(LINES)
    for line, label in zip(labelled, LINES, strict=True):
        assert line.startswith(label)
        assert len(line) > len(label) + 2
    assert re.fullmatch(r"Since: contract \d+\.\d+\.", labelled[-1])


@pytest.mark.parametrize("hook", hook_names())
def test_the_core_calls_the_hook(hook: str) -> None:
    """A hook that nobody calls is a promise that nobody keeps."""
    assert mentions(hook, ROOT / "core" / "guanxi", "testkit") != []


@pytest.mark.parametrize("hook", hook_names())
def test_the_hook_has_a_test(hook: str) -> None:
    assert mentions(hook, ROOT / "tests", "broken") != []


def mentions(hook: str, folder: Path, without: str) -> list[Path]:
    """Files in which the name of the hook stands, beside those that list all hooks."""
    skipped = {folder / "hookspecs.py", Path(__file__)}
    word = re.compile(rf"\b{hook}\b")
    return [
        file
        for file in folder.rglob("*.py")
        if file not in skipped
        and without not in file.relative_to(folder).parts
        and word.search(file.read_text("utf-8"))
    ]
