"""The reference has every hook, and the core uses each as a value, not only in its comments.

That each has a good docstring and a test is checked in ``tests/contract/test_hookspecs.py``.
"""

import ast
import re
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT

from guanxi.plugins.implementations import hook_names

CORE = ROOT / "core" / "guanxi"
NOT_CALLERS = {CORE / "hookspecs.py", *(CORE / "testkit").rglob("*.py")}
LABELS = ["When", "You get", "Return", "If you raise", "Since"]


def strings_of(file: Path) -> set[str]:
    """Return the strings that a module uses, which docstrings and comments are not."""
    tree = ast.parse(file.read_text("utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    }


@pytest.fixture(scope="module")
def strings_of_the_core() -> set[str]:
    files = [f for f in CORE.rglob("*.py") if "node_modules" not in f.parts]
    return set().union(*(strings_of(file) for file in files if file not in NOT_CALLERS))


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    page = (ROOT / "docs" / "reference" / "hooks.md").read_text("utf-8")
    parts = re.split(r"^### `(\w+)`.*\n", page, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("hook", hook_names())
def test_a_hook_is_called_by_the_core(hook: str, strings_of_the_core: set[str]) -> None:
    assert hook in strings_of_the_core


@pytest.mark.parametrize("hook", hook_names())
def test_the_reference_says_five_things_about_a_hook(hook: str, sections: dict[str, str]) -> None:
    said = re.findall(r"^- \*\*(.+?)(?: anything else)?:\*\* \S", sections[hook], re.MULTILINE)

    assert said == LABELS


def test_a_hook_that_only_a_comment_names_is_noticed(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""Calls check_customer."""\n# check_reward\nHOOK = "check_message"\n')

    assert strings_of(module) == {"check_message"}
