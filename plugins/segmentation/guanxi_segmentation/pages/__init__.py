"""Web pages of segmentation; each module adds its routes to the one blueprint."""

from guanxi_segmentation.pages import (
    class_editing,
    customer,
    deciding,
    editing,
    key_accounts,
    lifecycle,
    listing,
    ready_schemes,
    rfm,
    rfm_cuts,
    scheme_editing,
    schemes,
    showing,
    ticking,
    trying,
    values,
    why,
)
from guanxi_segmentation.pages.blueprint import pages

__all__ = [
    "class_editing",
    "customer",
    "deciding",
    "editing",
    "key_accounts",
    "lifecycle",
    "listing",
    "pages",
    "ready_schemes",
    "rfm",
    "rfm_cuts",
    "scheme_editing",
    "schemes",
    "showing",
    "ticking",
    "trying",
    "values",
    "why",
]
