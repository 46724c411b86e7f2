"""The reference is what the code says, and stays so."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from tests.docs.blocks import ROOT


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, as ``python tools/reference.py`` starts it."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("reference")


def test_the_committed_pages_are_what_would_be_written_now(
    reference: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    status = reference.main(["check"])

    assert (capsys.readouterr().out, status) == ("", 0)


def test_a_page_that_was_changed_by_hand_is_named(
    reference: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference.main([str(tmp_path)])
    (tmp_path / "events.md").write_text("# Events\n\nThere are none.\n")

    status = reference.main(["check", str(tmp_path)])

    assert status == 1
    assert capsys.readouterr().out.startswith("events.md is not what the code says")
