"""Web pages of customers: the list, quick search, one customer, the form."""

from guanxi.customers.pages import detail, form, listing, searching
from guanxi.customers.pages.blueprint import pages

__all__ = ["detail", "form", "listing", "pages", "searching"]
