"""Adjustments with a second person (双人复核): asked for, approved, refused, withdrawn."""

from guanxi_loyalty.adjustments.asking import Person, adjust_or_ask
from guanxi_loyalty.adjustments.deciding import approve, refuse, withdraw
from guanxi_loyalty.adjustments.reading import requests_of, waiting

__all__ = ["Person", "adjust_or_ask", "approve", "refuse", "requests_of", "waiting", "withdraw"]
