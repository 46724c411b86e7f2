"""Plugins are found by their metadata, without importing them."""

import sys
from pathlib import Path

from guanxi.plugins.discovery import find_plugins, requirement_problem
from guanxi.testkit.plugin_folder import PluginFolder


def test_metadata_is_read_without_importing_the_plugin(folder: PluginFolder) -> None:
    package = folder.add("sample", source="raise RuntimeError", version="2.5")

    (found,) = folder.found()

    assert (found.name, found.distribution, found.version) == ("sample", "guanxi-sample", "2.5")
    assert found.summary == "Made for a test"
    assert package not in sys.modules


def test_an_unreadable_entry_point_file_hides_only_its_own_distribution(
    folder: PluginFolder,
) -> None:
    folder.add("good")
    folder.add("bad")
    (folder.path / "guanxi_bad-1.0.dist-info" / "entry_points.txt").write_bytes(b"\xff\xfe")

    assert [found.name for found in folder.found()] == ["good"]


def test_a_missing_requirement_is_named_with_the_command_that_installs_it(
    folder: PluginFolder,
) -> None:
    folder.add("sample", requires_dist=["no-such-package>=2"])

    problem = requirement_problem(folder.found()[0])

    assert str(problem) == (
        "It needs the package no-such-package>=2, which is not installed. "
        "Run: pip install 'no-such-package>=2', then restart Guanxi."
    )


def test_a_requirement_that_is_too_old_is_named_with_both_versions(folder: PluginFolder) -> None:
    folder.add("library", version="1.4")
    folder.add("sample", requires_dist=["guanxi-library>=2"])

    problem = requirement_problem(folder.found()[-1])

    assert str(problem) == (
        "It needs the package guanxi-library>=2, but version 1.4 is installed. "
        "Run: pip install --upgrade 'guanxi-library>=2', then restart Guanxi."
    )


def test_requirements_for_other_machines_and_extras_do_not_count(folder: PluginFolder) -> None:
    requirements = ["nope; python_version < '3'", "nope; extra == 'docs'", "guanxi", "pluggy>=1.7"]
    folder.add("sample", requires_dist=requirements)

    assert requirement_problem(folder.found()[0]) is None


def test_of_two_copies_the_one_earlier_on_the_path_counts(
    folder: PluginFolder, tmp_path: Path
) -> None:
    folder.add("sample", version="2.5")
    earlier = tmp_path / "earlier" / "guanxi_sample-1.0.dist-info"
    earlier.mkdir(parents=True)
    (earlier / "METADATA").write_text("Metadata-Version: 2.1\nName: Guanxi.Sample\nVersion: 1.0\n")
    paths = [str(earlier.parent), str(folder.path)]

    assert find_plugins(paths) == ()
    assert [found.version for found in find_plugins(paths[::-1])] == ["2.5"]
