"""What is not code but has to be right: settings files, the lock, the changelog."""

import re
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement

import guanxi
from guanxi.config import load_config

ROOT = Path(__file__).resolve().parent.parent


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[.*])?==([^\s;]+)", lines, re.MULTILINE))


def test_default_toml_says_what_the_defaults_are() -> None:
    assert load_config({}, ROOT / "config" / "default.toml") == load_config({})


def test_the_example_for_production_can_be_used() -> None:
    config = load_config({}, ROOT / "config" / "production.example.toml")

    assert config.secure_cookies
    assert config.base_url == "https://crm.example.com"


def test_the_lock_has_a_fitting_version_of_everything_that_setup_cfg_wants() -> None:
    versions = locked()
    wanted = [Requirement(text) for text in requires("guanxi") or []]

    unfit = [
        str(need) for need in wanted if not need.specifier.contains(versions.get(need.name, "0"))
    ]

    assert len(wanted) > 40
    assert unfit == []


def test_the_lock_names_no_host() -> None:
    assert not re.search(r"://|--index|--find-links", (ROOT / "requirements.lock").read_text())


def test_the_lock_has_a_hash_for_every_version() -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().strip())

    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_changelog_knows_this_version() -> None:
    assert f"\n## {guanxi.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
