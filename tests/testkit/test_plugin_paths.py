"""Plugins in named folders are installed for a run of tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guanxi.testkit.plugin_paths import VARIABLE, add_plugin_paths

CASE = Path(__file__).parents[1] / "contract" / "broken" / "import"


def test_named_folders_are_found_by_this_and_other_processes() -> None:
    environment = dict(os.environ, **{VARIABLE: str(CASE)})
    path = list(sys.path)

    add_plugin_paths(environment, path)
    script = "from guanxi.plugins.discovery import find_plugins as f; print([p.name for p in f()])"
    seen = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert path[0] == str(CASE)
    assert "broken_import" in seen.stdout


def test_nothing_is_added_twice() -> None:
    environment = {VARIABLE: str(CASE)}
    path: list[str] = []

    add_plugin_paths(environment, path)
    add_plugin_paths(environment, path)

    assert path == [str(CASE)]
    assert environment["PYTHONPATH"] == str(CASE)


def test_a_folder_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        add_plugin_paths({VARIABLE: "no/such/folder"}, [])
