"""The build: when it runs, what it leaves behind, and what it says when it cannot."""

import json
import shutil
from pathlib import Path

import pytest

from guanxi.web import frontend_build, node

BUILD_SCRIPT = """
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
const out = process.argv[2];
mkdirSync(out, { recursive: true });
copyFileSync("src/app.css", `${out}/app-built.css`);
writeFileSync(`${out}/manifest.json`, JSON.stringify({ "app.css": "app-built.css" }));
"""

RESOLVED = {"resolved": "file:absent.tgz"}


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    """A front end without dependencies, so that npm has nothing to fetch."""
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    package = {"name": "small", "version": "1.0.0", "type": "module"}
    lock = {**package, "lockfileVersion": 3, "packages": {"": package}}
    (folder / "package.json").write_text(json.dumps(package))
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / "build.js").write_text(BUILD_SCRIPT)
    (folder / "icons.json").write_text("[]")
    (folder / "src" / "app.css").write_text("body { color: teal }")
    (folder / "node_modules").mkdir()
    return folder


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """Where the output goes."""
    return tmp_path / "dist"


def test_a_build_leaves_the_files_and_their_manifest(frontend: Path, dist: Path) -> None:
    built = frontend_build.build(frontend=frontend, dist=dist)

    assert built is True
    assert sorted(path.name for path in dist.iterdir()) == [
        "app-built.css",
        "built-from",
        "manifest.json",
    ]


def test_a_second_build_does_nothing(frontend: Path, dist: Path) -> None:
    frontend_build.build(frontend=frontend, dist=dist)

    assert frontend_build.build(frontend=frontend, dist=dist) is False


@pytest.mark.parametrize("name", ["src/app.css", "icons.json", "package-lock.json", "build.js"])
def test_a_changed_source_is_noticed(frontend: Path, dist: Path, name: str) -> None:
    frontend_build.build(frontend=frontend, dist=dist)

    with (frontend / name).open("a") as source:
        source.write("\n")

    assert frontend_build.is_current(frontend, dist) is False


def test_a_lost_output_file_is_noticed(frontend: Path, dist: Path) -> None:
    frontend_build.build(frontend=frontend, dist=dist)

    (dist / "app-built.css").unlink()

    assert frontend_build.build(frontend=frontend, dist=dist) is True


def test_files_of_older_builds_are_removed(frontend: Path, dist: Path) -> None:
    dist.mkdir()
    (dist / "app-old.css").write_text("")

    frontend_build.build(frontend=frontend, dist=dist)

    assert not (dist / "app-old.css").exists()


def test_a_failing_build_keeps_what_was_there(frontend: Path, dist: Path) -> None:
    frontend_build.build(frontend=frontend, dist=dist)
    (frontend / "build.js").write_text("throw new Error('no such colour');")

    with pytest.raises(node.BuildFailed, match="no such colour"):
        frontend_build.build(frontend=frontend, dist=dist)

    assert (dist / "app-built.css").read_text() == "body { color: teal }"


def test_packages_that_cannot_be_fetched_are_said_in_one_sentence(
    frontend: Path, dist: Path
) -> None:
    wanted = {"absent": "file:absent.tgz"}
    for name in ("package.json", "package-lock.json"):
        content = json.loads((frontend / name).read_text())
        content["dependencies"] = wanted
        if "packages" in content:
            content["packages"][""]["dependencies"] = wanted
            content["packages"]["node_modules/absent"] = {"version": "1.0.0", **RESOLVED}
        (frontend / name).write_text(json.dumps(content))

    with pytest.raises(frontend_build.PackagesMissing, match="npm could not install its packages"):
        frontend_build.build(frontend=frontend, dist=dist)


def test_without_node_on_the_machine_the_wheel_builds(
    frontend: Path, dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)

    assert frontend_build.build(frontend=frontend, dist=dist) is True


def test_without_any_node_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "node_on_path", lambda: None)
    monkeypatch.setattr(node, "node_in_wheel", lambda: None)

    with pytest.raises(node.BuildFailed, match="install it, or run: pip install"):
        node.find_node()


@pytest.mark.parametrize(("said", "major"), [("v20.20.2", 20), ("v6.1.0", 6), ("nonsense", 0)])
def test_the_version_of_node_is_read(tmp_path: Path, said: str, major: int) -> None:
    program = tmp_path / "node"
    program.write_text(f"#!/bin/sh\necho {said}\n")
    program.chmod(0o755)

    assert node.major_version(str(program)) == major
