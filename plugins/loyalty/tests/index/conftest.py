"""A club whose programme is ``club``, and programs that ask for the index."""

from plugins.loyalty.tests.api.conftest import api, program, site
from plugins.loyalty.tests.earning.conftest import club

__all__ = ["api", "club", "program", "site"]
