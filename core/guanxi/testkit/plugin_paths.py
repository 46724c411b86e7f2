"""Run any tests with more plugins installed: folders named in ``GUANXI_TEST_PLUGIN_PATHS``.

``GUANXI_TEST_PLUGIN_PATHS=tests/contract/broken/import pytest`` runs the core's tests with that
plugin. Several folders are separated as in ``PATH``. Processes that tests start see them too.
"""

import importlib
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

VARIABLE = "GUANXI_TEST_PLUGIN_PATHS"


def add_plugin_paths(
    environment: MutableMapping[str, str] = os.environ, path: list[str] = sys.path
) -> tuple[str, ...]:
    """Put the named folders on the path of this process and of those that it starts.

    :raises FileNotFoundError: one of them does not exist, so a test would prove nothing.
    """
    named = [part for part in environment.get(VARIABLE, "").split(os.pathsep) if part]
    folders = tuple(str(Path(part).resolve(strict=True)) for part in named)
    fresh = [folder for folder in folders if folder not in path]
    path[:0] = fresh
    if fresh:
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([*fresh, *([before] if before else [])])
        importlib.invalidate_caches()
    return folders
