"""The core's own reader: counts and sums per customer and per day, derived from the log.

It keeps ``customer_activity``, ``customer_trade`` and ``touchpoint_days``, so that lists and
charts never walk through touchpoints. Deltas of events are added up (``tally.py``,
``writing.py``); where arithmetic does not do, the touchpoints are counted again (``recount.py``).
"""

from guanxi.delivery.facts.reader import facts_reader
from guanxi.delivery.facts.recount import READER, rebuild_facts
from guanxi.delivery.facts.verifying import Difference, verify_facts

__all__ = ["READER", "Difference", "facts_reader", "rebuild_facts", "verify_facts"]
