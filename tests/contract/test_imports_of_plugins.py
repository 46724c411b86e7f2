"""Plugins stand on the SDK alone: neither on the inside of the core nor on each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = sorted(Path(__file__).parents[2].glob("plugins/*/guanxi_*"))
PACKAGES = {one.name for one in PLUGINS if (one / "__init__.py").exists()}


def imported(source: str) -> Iterator[str]:
    """Yield the modules that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def outside(source: str, own: str) -> list[str]:
    """Return what a file of the package ``own`` may not import."""
    found = []
    for name in imported(source):
        top = name.split(".")[0]
        inside_of_core = top == "guanxi" and name.split(".")[1:2] != ["sdk"]
        other_plugin = top.startswith("guanxi_") and top != own
        if inside_of_core or other_plugin:
            found.append(name)
    return found


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_plugin_imports_the_sdk_and_itself(package: str) -> None:
    (root,) = [one for one in PLUGINS if one.name == package]

    found = {
        str(file.relative_to(root)): wrong
        for file in sorted(root.rglob("*.py"))
        if (wrong := outside(file.read_text("utf-8"), package))
    }

    assert found == {}


def test_there_is_a_plugin_to_look_at() -> None:
    assert "guanxi_segmentation" in PACKAGES


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from guanxi.sdk import Text", []),
        ("import guanxi.sdk.web", []),
        ("from guanxi_own.x import y", []),
        ("import guanxi", ["guanxi"]),
        ("from guanxi.customers.models import Customer", ["guanxi.customers.models.Customer"]),
        ("from guanxi import clock", ["guanxi.clock"]),
        ("def f():\n    import guanxi.db", ["guanxi.db"]),
        ("from guanxi_other import hooks", ["guanxi_other.hooks"]),
    ],
)
def test_forbidden_imports_are_seen(source: str, expected: list[str]) -> None:
    assert outside(source, "guanxi_own") == expected
