"""A club whose programme is ``club``, programs that ask for its reports, and people who read."""

from plugins.loyalty.tests.api.conftest import api, program, site
from plugins.loyalty.tests.earning.conftest import club

__all__ = ["api", "club", "program", "site"]
