"""The shop of the tests of products."""

from plugins.scoring.tests.products.conftest import shop

__all__ = ["shop"]
