"""What a browser would send of a form, and what stands on a page."""

import re
from collections.abc import Iterable
from html import unescape

_CONTROL = re.compile(r"<input [^>]+>|<select .*?</select>|<textarea .*?</textarea>", re.DOTALL)
_TYPE = re.compile(r' type="(\w+)"')
Pairs = list[tuple[str, str]]


def fields(page: str, method: str = "post") -> Pairs:
    """Return the fields of the main form of a page, as a browser would send them."""
    content = page[page.index("<main") : page.index("</main>")]
    forms = re.findall(rf'<form class="form"[^>]*method="{method}".*?</form>', content, re.DOTALL)
    return [pair for tag in _CONTROL.findall(forms[0]) for pair in _sent(tag)]


def changed(pairs: Iterable[tuple[str, str]], **values: object) -> Pairs:
    """Return fields with others typed; None takes one away. Names have ``_`` for ``-`` alone."""
    kept = [pair for pair in pairs if pair[0] not in values]
    several = {name: one if isinstance(one, list) else [one] for name, one in values.items()}
    new = [(name, str(v)) for name, vs in several.items() for v in vs if v is not None]
    return [*kept, *new]


def errors(page: str) -> list[str]:
    """Return what is said at the fields of a page."""
    found = re.findall(r'<p class="form-error".*?</svg>(.*?)</p>', page, re.DOTALL)
    return [unescape(one).strip() for one in found]


def value_of(page: str, name: str) -> str:
    """Return what stands in a field."""
    return dict(fields(page)).get(name, "")


def _sent(tag: str) -> Pairs:
    name = re.search(r' name="([^"]+)"', tag)
    kind = _TYPE.search(tag)
    ticked = kind is not None and kind[1] in ("checkbox", "radio")
    if name is None or name[1] == "csrf_token" or (ticked and " checked" not in tag):
        return []
    return [(unescape(name[1]), unescape(_value(tag)))]


def _value(tag: str) -> str:
    if tag.startswith("<textarea"):
        return tag[tag.index(">") + 1 : tag.rindex("<")]
    if tag.startswith("<select"):
        options = re.findall(r'<option value="([^"]*)"([^>]*)>', tag)
        chosen = [value for value, more in options if "selected" in more]
        return chosen[0] if chosen else options[0][0] if options else ""
    value = re.search(r' value="([^"]*)"', tag)
    return value[1] if value else ""
