"""Web pages of segmentation; each module adds its routes to the one blueprint."""

from guanxi_segmentation.pages.blueprint import pages

__all__ = ["pages"]
