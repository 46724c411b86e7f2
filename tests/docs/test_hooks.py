"""No hook without documentation, without a caller in the core, or without a test."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT

from guanxi import hookspecs

HOOKS = sorted(
    name
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if hasattr(function, f"{hookspecs.PROJECT}_spec")
)
LINES = ("When:", "You get:", "Return:", "If you raise", "Since: contract ")
CORE = ROOT / "core" / "guanxi"
NOT_CALLERS = {CORE / "hookspecs.py", *(CORE / "testkit").rglob("*.py")}


def strings_of(file: Path) -> set[str]:
    """Return the strings that a module uses, which docstrings and comments are not."""
    tree = ast.parse(file.read_text("utf-8"))
    alone = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
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
def words_of_tests() -> set[str]:
    own = ROOT / "tests" / "docs"
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("*/*/tests/**/*.py")]
    texts = [file.read_text("utf-8") for file in files if own not in file.parents]
    return set(re.findall(r"\w+", " ".join(texts)))


def test_there_are_hooks_of_all_five_families() -> None:
    families = {re.match(r"register|check|on|slot|customer_data", hook)[0] for hook in HOOKS}

    assert families == {"register", "check", "on", "slot", "customer_data"}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_says_when_what_and_what_if(hook: str) -> None:
    docstring = inspect.getdoc(getattr(hookspecs, hook)) or ""
    purpose, _, rest = docstring.partition("\n\n")
    labels = re.findall(
        r"^(When:|You get:|Return:|If you raise|Since: contract )", rest, re.MULTILINE
    )

    assert purpose.endswith(".")
    assert tuple(labels) == LINES


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_called_by_the_core(hook: str, strings_of_the_core: set[str]) -> None:
    assert hook in strings_of_the_core


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_a_test(hook: str, words_of_tests: set[str]) -> None:
    assert hook in words_of_tests
