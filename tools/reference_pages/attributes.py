"""The core's customer attributes, from the catalogue's own source."""

from guanxi.customers.attributes import core_attributes
from guanxi.plugins.contract import Attribute
from reference_pages.markdown import table, whole_page

INTRODUCTION = """
What is known about each customer (客户属性). Lists, filters, sorting, exports and the API all
take their columns from this catalogue, and from nowhere else. An enabled plugin adds attributes
under its own name; they are used in the same way.
""".strip()


def page() -> str:
    """Return the page."""
    rows = [_row(attribute) for attribute in core_attributes("GBP")]
    titles = ("key", "title", "标题", "type", "explanation")
    return whole_page("Attributes", INTRODUCTION, table(titles, rows))


def _row(attribute: Attribute) -> tuple[str, ...]:
    choices = " ".join(f"`{key}`" for key, _ in attribute.choices)
    words = [attribute.description.en if attribute.description else "", choices]
    if attribute.permission:
        words.append(f"Needs `{attribute.permission}`.")
    title = attribute.title
    return f"`{attribute.key}`", title.en, title.zh, attribute.type, " ".join(filter(None, words))
