"""A club whose programme is ``club``, programs and people that ask for the index."""

from plugins.loyalty.tests.api.conftest import api, program, site
from plugins.loyalty.tests.earning.conftest import club
from plugins.loyalty.tests.pages.conftest import admin, somebody

__all__ = ["admin", "api", "club", "program", "site", "somebody"]
