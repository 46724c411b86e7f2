"""Web pages of customers: the list, quick search, one customer, forms, merging, administration."""

from guanxi.customers.pages import (
    actions,
    detail,
    duplicates,
    fields,
    form,
    history,
    listing,
    merging,
    searching,
    selection,
    tags,
)
from guanxi.customers.pages.blueprint import pages

__all__ = [
    "actions",
    "detail",
    "duplicates",
    "fields",
    "form",
    "history",
    "listing",
    "merging",
    "pages",
    "searching",
    "selection",
    "tags",
]
