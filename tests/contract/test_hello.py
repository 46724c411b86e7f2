"""The example plugin keeps every promise, and stays as short as the tutorial says."""

import ast
from pathlib import Path

from guanxi.testkit.conformance import PluginContract

PACKAGE = Path(__file__).parents[2] / "examples" / "hello_plugin" / "guanxi_hello"


class TestContract(PluginContract):
    plugin = "hello"


def test_it_is_under_eighty_lines_of_code() -> None:
    """Blank lines and docstrings are not counted."""
    assert sum(map(lines_of_code, PACKAGE.rglob("*.py"))) < 80


def lines_of_code(file: Path) -> int:
    """How many lines of a file are neither blank nor docstring nor comment."""
    source = file.read_text("utf-8")
    lines = {
        n
        for n, line in enumerate(source.splitlines(), 1)
        if line.strip().lstrip("#") == line.strip() and line.strip()
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)
