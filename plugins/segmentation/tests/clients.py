"""People at browsers, and what is on the pages that they read."""

import re
from html import unescape

from guanxi.testkit.people import Person, allow, flashes

__all__ = ["Person", "allow", "fields", "flashes", "names"]


def names(page: str) -> list[str]:
    """Return the customers to whom a page links, in their order."""
    return re.findall(r'<a [^>]*href="/customers/[0-9a-f-]{36}">([^<]+)</a>', page)


def fields(page: str) -> list[tuple[str, str]]:
    """Return the fields of the form of a segment as a browser would send them."""
    start = page.index('id="segment-form"')
    form = page[start : page.index("</form>", start)]
    found = []
    for tag in re.finditer(
        r"<input [^>]+>|<select .*?</select>|<textarea .*?</textarea>", form, re.DOTALL
    ):
        text = tag[0]
        name = re.search(r' name="([^"]+)"', text)
        if name is None or ('type="checkbox"' in text and " checked" not in text):
            continue
        found.append((unescape(name[1]), unescape(_value(text))))
    return [pair for pair in found if pair[0] != "csrf_token"]


def _value(text: str) -> str:
    if text.startswith("<textarea"):
        return text[text.index(">") + 1 : text.rindex("<")]
    if text.startswith("<select"):
        options = re.findall(r'<option value="([^"]*)"([^>]*)>', text)
        chosen = [value for value, more in options if "selected" in more]
        return chosen[0] if chosen else options[0][0] if options else ""
    value = re.search(r' value="([^"]*)"', text)
    return value[1] if value else "on"
