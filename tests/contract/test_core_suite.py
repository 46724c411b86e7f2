"""With all broken plugins installed at once, the core's own tests pass.

They run in a process of their own, as an installation would have those plugins: found, loaded or
refused, but never enabled.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.contract.conftest import BROKEN, CASES

ROOT = Path(__file__).parents[2]
SELECTION = (
    "tests/customers/test_api.py",
    "tests/customers/test_merging.py",
    "tests/touchpoints/test_recording.py",
    "tests/rewards/test_requesting.py",
    "tests/messages/test_sending.py",
    "tests/exports/test_exporting.py",
    "tests/settings",
    "tests/access/test_tokens.py",
    "tests/operations/test_backup.py",
)
"""Something of every part; the rest is a matter of ``GUANXI_TEST_PLUGIN_PATHS=... make test``."""


HANGING = "loading"
"""Each platform waits for this one in vain, so fewer tests run beside it."""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_core_works_as_ever_beside_every_broken_plugin(tmp_path: Path) -> None:
    others = [case for case in CASES if case != HANGING]

    assert run_beside(others, SELECTION, tmp_path) == ""


@pytest.mark.slow
def test_the_core_works_as_ever_beside_one_that_hangs_at_start(tmp_path: Path) -> None:
    assert run_beside([HANGING], ("tests/settings/test_store.py",), tmp_path) == ""


def run_beside(cases: Sequence[str], selection: Sequence[str], folder: Path) -> str:
    """Run tests with these broken plugins installed; return what went wrong."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment |= {
        "GUANXI_TEST_PLUGIN_PATHS": os.pathsep.join(str(BROKEN / case) for case in cases),
        "GUANXI_PLUGIN_LOAD_LIMIT": "3",
    }
    options = ("-q", "-x", "-p", "no:cacheprovider", f"--basetemp={folder / 'inner'}")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *selection],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    passed = done.returncode == 0 and " passed" in done.stdout
    return "" if passed else done.stdout[-4000:] + done.stderr[-1000:]
