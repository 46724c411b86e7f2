"""What the tutorials for staff call a button is what stands on the button."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from tests.docs.blocks import ROOT

TUTORIALS = ROOT / "docs" / "tutorial"
CATALOGUE = ROOT / "core/guanxi/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def named_in(page: Path) -> set[str]:
    """Return what a tutorial prints in bold, but for the words that explain that."""
    found = _BOLD.findall(page.read_text("utf-8"))
    return {" ".join(words.split()) for words in found} - {"bold", "粗体"}


def test_the_english_tutorial_uses_the_words_of_the_pages(catalogue: Catalog) -> None:
    words = named_in(TUTORIALS / "staff.md")

    assert len(words) > 15
    assert words - {message.id for message in catalogue} == set()


def test_the_chinese_tutorial_uses_the_words_of_the_pages(catalogue: Catalog) -> None:
    words = named_in(TUTORIALS / "staff.zh.md")

    assert len(words) > 15
    assert words - {message.string for message in catalogue} == set()


def test_both_tutorials_name_the_same_things(catalogue: Catalog) -> None:
    chinese = named_in(TUTORIALS / "staff.zh.md")
    english = named_in(TUTORIALS / "staff.md")

    assert {catalogue.get(words).string for words in english} == chinese
