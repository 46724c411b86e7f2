"""Web pages of segmentation; each module adds its routes to the one blueprint."""

from guanxi_segmentation.pages import deciding, editing, lifecycle, listing, rfm, showing, why
from guanxi_segmentation.pages.blueprint import pages

__all__ = ["deciding", "editing", "lifecycle", "listing", "pages", "rfm", "showing", "why"]
