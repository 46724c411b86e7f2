"""Web pages of scoring; each module adds its routes to the one blueprint."""

from guanxi_scoring.pages.blueprint import pages

__all__ = ["pages"]
