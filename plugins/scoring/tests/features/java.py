"""Java, which Spark needs: where nothing may be left out, its absence is a failure."""

import os
import shutil

import pytest


def require_java() -> None:
    """Skip a test without Java, and say so; fail where everything has to run."""
    if shutil.which("java") is None:
        if "GUANXI_REQUIRE_BROWSER" in os.environ:
            pytest.fail("Spark needs Java, which is missing.")
        pytest.skip("Spark needs Java, which is missing.")
