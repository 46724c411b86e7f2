"""The blueprint of all operations under ``/api/v1/scoring``."""

from typing import Final

from guanxi.sdk import Api

VIEW: Final = "scoring.view"
RISK: Final = "scoring.risk"
ASSESS: Final = "scoring.assess"
MANAGE: Final = "scoring.manage"
DECIDE: Final = "scoring.decide"

api = Api("scoring", "guanxi_scoring", description="Models, scores and findings")
