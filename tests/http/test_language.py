"""Sentences of plugins are shown in the person's language by the core's own pages."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask

from guanxi.app import build_platform, create_app
from guanxi.config import Config
from guanxi.i18n import _, lazy_
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder

SENTENCE = "The %(pigeon)s is asleep."


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PluginFolder]:
    """An empty folder for plugins, on ``sys.path``."""
    with plugin_folder(tmp_path / "site") as opened:
        yield opened


def add_with_catalogue(folder: PluginFolder) -> None:
    """Add a plugin that knows the sentence in Chinese."""
    package = folder.add("sample")
    catalogue = Catalog(locale="zh_Hans_CN")
    catalogue.add(SENTENCE, "%(pigeon)s在睡觉。")
    catalogue.add("Save", "别的意思")
    out = BytesIO()
    write_mo(out, catalogue)
    target = folder.path / package / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(out.getvalue())


def test_an_error_of_a_plugin_is_translated_from_its_own_catalogue(
    folder: PluginFolder, config: Config, database_url: str
) -> None:
    add_with_catalogue(folder)
    config.home.mkdir(parents=True)
    app = create_app(build_platform(config, database_url))

    with app.test_request_context(headers={"Accept-Language": "zh"}):
        chinese = _(SENTENCE, pigeon="信鸽")
        core_first = _("Save")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        english = _(SENTENCE, pigeon="pigeon")

    assert (chinese, english) == ("信鸽在睡觉。", "The pigeon is asleep.")
    assert core_first == "保存"


def test_a_sentence_may_have_a_place_called_text(app: Flask) -> None:
    with app.test_request_context():
        assert _("“%(text)s” is no day.", text="soon") == "“soon” is no day."
        assert str(lazy_("“%(text)s” is no day.", text="soon")) == "“soon” is no day."
