"""What is wrong with a page that a browser shows: axe, overflow, language, English in Chinese."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from babel.messages.pofile import read_po
from playwright.sync_api import Page

import guanxi

CATALOGUE = Path(guanxi.__file__).parent / "translations/zh_Hans_CN/LC_MESSAGES/messages.po"
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_RUN = """async (options) => {
  const found = await axe.run(document, options);
  return found.violations.map((one) => [one.id, one.nodes[0].html]);
}"""
_SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z']+){4,}")
_TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement, text = node.textContent.trim();
    if (!text || parent.closest("script, style, noscript, code, pre, textarea, option")) continue;
    if (parent.checkVisibility()) found.push(text.replace(/\\s+/g, " "));
  }
  return found;
}"""


def violations(page: Page, *, only: str | None = None) -> list[str]:
    """Return what axe finds, as rule and first element.

    :param only: one rule instead of all.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], **({"runOnly": [only]} if only else {})}
    return [f"axe {rule}: {html[:200]}" for rule, html in page.evaluate(_RUN, options)]


def overflow(page: Page) -> list[str]:
    """Return by how much the page is too wide, and what sticks out."""
    excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{excess} pixels too wide"] if excess > 0 else []


def wrong_language(page: Page, language: str) -> list[str]:
    """Return the page's ``lang`` if it is another one, and English texts on a Chinese page."""
    told = page.locator("html").get_attribute("lang")
    found = [] if told == LANGUAGES[language] else [f"lang={told}"]
    if language == "zh":
        found += [f"English: {text}" for text in _english(page.evaluate(_TEXTS))]
    return found


def _english(texts: list[str]) -> Iterator[str]:
    known = _untranslated_msgids()
    for text in texts:
        if text in known or _SENTENCE.search(text):
            yield text


@cache
def _untranslated_msgids() -> frozenset[str]:
    """The English of every text that Chinese says otherwise."""
    with CATALOGUE.open("rb") as file:
        return frozenset(
            message.id
            for message in read_po(file)
            if isinstance(message.id, str) and message.string and message.string != message.id
        )
