"""The reference is what the code says, and stays so."""

import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT

TOOL = ROOT / "tools" / "reference.py"


def reference(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_committed_pages_are_what_would_be_written_now() -> None:
    done = reference("check")

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_a_page_that_was_changed_by_hand_is_named(tmp_path: Path) -> None:
    for page in (ROOT / "docs" / "reference").glob("*.md"):
        (tmp_path / page.name).write_text(page.read_text("utf-8"), "utf-8")
    (tmp_path / "events.md").write_text("# Events\n\nThere are none.\n")

    done = reference("check", str(tmp_path))

    assert done.returncode == 1
    assert done.stdout.startswith("events.md is not what the code says")
