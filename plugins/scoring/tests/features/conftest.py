"""A place for a lake."""

from pathlib import Path

import pytest


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "lake"
