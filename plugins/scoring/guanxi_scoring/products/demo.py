"""What products and mining add to the demo: what is no product, and the first run of mining.

The codes are those of postage, fees, samples and corrections in the demo's trade. They are marked
before anything is learnt, else postage would go with everything.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_scoring.company import PLUGIN
from guanxi_scoring.mining.jobs import MINE, PREFER
from guanxi_scoring.products.rules import mark_products

NO_PRODUCTS: Final = {
    "POST": "Postage",
    "DOT": "Postage",
    "C2": "Carriage",
    "M": "Entered by hand",
    "D": "Discount",
    "S": "Samples",
    "BANK CHARGES": "Fees",
    "AMAZONFEE": "Fees",
    "CRUK": "Commission",
    "PADS": "Packing",
}


def fill(session: Session, now: datetime) -> None:
    """Mark what is no product, and have the worker look for insights and preferences."""
    for code, reason in NO_PRODUCTS.items():
        mark_products(session, code, "ignored", reason=reason, now=now)
    run_job(session, PLUGIN, MINE)
    run_job(session, PLUGIN, PREFER)
