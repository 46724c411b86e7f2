"""``guanxi plugin new``: what it writes passes ruff and the conformance suite at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from guanxi.errors import Conflict, Invalid
from guanxi.plugins.cli import plugin_group
from guanxi.plugins.scaffold import new_plugin


def run(*command: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def install(folder: Path) -> None:
    """Leave beside the package what pip notes of an installed one."""
    noted = folder / "guanxi_rain_check-0.1.dist-info"
    noted.mkdir()
    head = "Metadata-Version: 2.1\nName: guanxi-rain-check\nVersion: 0.1\n\n"
    (noted / "METADATA").write_text(head + (folder / "README.md").read_text("utf-8"), "utf-8")
    entry = "[guanxi.plugins]\nrain_check = guanxi_rain_check:PLUGIN\n"
    (noted / "entry_points.txt").write_text(entry, "ascii")


@pytest.mark.slow
def test_a_new_plugin_keeps_every_promise_from_the_first_minute(tmp_path: Path) -> None:
    folder = tmp_path / "guanxi-rain-check"
    CliRunner().invoke(
        plugin_group, ["new", "rain_check", "--folder", str(folder)], catch_exceptions=False
    )
    install(folder)

    linted = run("ruff", "check", "--no-cache", ".", cwd=folder)
    formatted = run("ruff", "format", "--check", "--no-cache", ".", cwd=folder)
    tested = run(
        "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'inner'}",
        cwd=folder, GUANXI_TEST_PLUGIN_PATHS=str(folder),
    )  # fmt: skip

    assert linted.returncode == 0, linted.stdout
    assert formatted.returncode == 0, formatted.stdout
    assert tested.returncode == 0, tested.stdout[-4000:]


@pytest.mark.parametrize("name", ["Rain", "rain-check", "2rain", "", "customers", "x" * 31, "a__b"])
def test_a_name_that_no_plugin_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid):
        new_plugin(name, "Rain", tmp_path / "new")

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("title", ["", 'Say "hi"', "back\\slash", "two\nlines", "x" * 61])
def test_a_title_that_would_break_the_program_is_refused(tmp_path: Path, title: str) -> None:
    with pytest.raises(Invalid):
        new_plugin("rain", title, tmp_path / "new")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", "ascii")

    with pytest.raises(Conflict):
        new_plugin("rain", "Rain", tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["precious.txt"]
