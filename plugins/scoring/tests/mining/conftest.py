"""The shop of the tests of products, and people at browsers."""

from plugins.scoring.tests.pages.conftest import admin, site, somebody
from plugins.scoring.tests.products.conftest import shop

__all__ = ["admin", "shop", "site", "somebody"]
