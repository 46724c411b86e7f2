"""From plain names to built files."""

import json
import os
from pathlib import Path

import pytest
from flask import Flask

from guanxi.web import assets


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A manifest with one file, in place of the real one."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"app.css": "app-1.css"}))
    monkeypatch.setattr(assets.read_manifest, "__defaults__", (path,))
    return path


def test_a_name_becomes_the_address_of_the_built_file(manifest: Path) -> None:
    assert assets.asset_url("app.css") == "/static/dist/app-1.css"


def test_the_address_respects_where_the_app_is_mounted(manifest: Path) -> None:
    app = Flask(__name__)

    with app.test_request_context("/customers", base_url="http://crm.example/guanxi"):
        assert assets.asset_url("app.css") == "/guanxi/static/dist/app-1.css"


def test_a_new_build_is_seen_without_a_restart(manifest: Path) -> None:
    assets.asset_url("app.css")
    manifest.write_text(json.dumps({"app.css": "app-2.css"}))
    os.utime(manifest, ns=(1, 1))

    assert assets.asset_url("app.css") == "/static/dist/app-2.css"


def test_a_missing_build_says_how_to_make_one(manifest: Path) -> None:
    manifest.unlink()

    with pytest.raises(
        assets.FrontEndNotBuilt, match=r"Run: python -m guanxi\.web\.frontend_build"
    ):
        assets.asset_url("app.css")


def test_an_unknown_name_is_named(manifest: Path) -> None:
    with pytest.raises(assets.UnknownAsset, match=r"'other\.css'"):
        assets.asset_url("other.css")
