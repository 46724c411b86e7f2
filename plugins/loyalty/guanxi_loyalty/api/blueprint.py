"""The blueprint of all operations under ``/api/v1/loyalty``."""

from typing import Final

from guanxi.sdk import Api

VIEW: Final = "loyalty.view"
GRANT: Final = "loyalty.grant"
MANAGE: Final = "loyalty.manage"
REPORTS: Final = "loyalty.reports"

api = Api("loyalty", "guanxi_loyalty", description="Points, rewards, codes and gift cards")
