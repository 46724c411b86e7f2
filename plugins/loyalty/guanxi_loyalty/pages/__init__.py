"""Web pages of loyalty; each module adds its routes to the one blueprint."""

from guanxi_loyalty.pages import index
from guanxi_loyalty.pages.blueprint import pages

__all__ = ["index", "pages"]
