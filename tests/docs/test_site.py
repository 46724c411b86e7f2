"""The site builds without a warning and asks nobody else for anything."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT

_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FETCHED = re.compile(
    r'<(?:script|img|iframe|source)[^>]*\ssrc="?(https?:)?//|<link[^>]*\shref="?(https?:)?//'
)


_TAG = re.compile(r"<[^>]*>")


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    fetching = [page.name for page in pages if _FETCHED.search(page.read_text("utf-8"))]

    assert len(pages) > 20
    assert fetching == []


def test_no_included_file_is_missing_from_the_site(site: Path) -> None:
    tutorial = unescape(_TAG.sub("", (site / "tutorial" / "plugin.html").read_text("utf-8")))
    files = sorted((ROOT / "examples" / "hello_plugin" / "guanxi_hello").rglob("*.py"))

    missing = [
        file.name for file in files if squeezed(file.read_text("utf-8")) not in squeezed(tutorial)
    ]

    assert len(files) == 5
    assert missing == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_links_of_pages_outside_the_site_lead_somewhere(page: str) -> None:
    assert [link for link in local_links(ROOT / page) if not (ROOT / link).exists()] == []


def local_links(page: Path) -> Iterator[str]:
    for link in _LINK.findall(page.read_text("utf-8")):
        if "://" not in link:
            yield link
