"""Guanxi (关系): a customer-relationship platform assembled from parts.

The package map stands in ``docs/development/architecture.md``. Plugins import from
:mod:`guanxi.sdk` only.
"""

__version__ = "0.1.0"
