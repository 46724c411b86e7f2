"""What each customer is worth: two values, never under one name, and what they are made of.

Total value (客户价值) is what a customer brought so far and is expected to bring; net value
(收益与付出之间的平衡) is the margin of it less what serving and rewarding the customer cost.
``computing`` stores both, ``parts`` itemises them for one customer, ``sums`` adds them up.
"""

from guanxi_segmentation.value.cohorts import Cohort, cohorts
from guanxi_segmentation.value.computing import refresh
from guanxi_segmentation.value.exchange import Exchange, exchange
from guanxi_segmentation.value.parts import Itemised, Part, itemised
from guanxi_segmentation.value.scores import Score
from guanxi_segmentation.value.sums import Sums, sums, sums_by_class, sums_of_segment

__all__ = [
    "Cohort",
    "Exchange",
    "Itemised",
    "Part",
    "Score",
    "Sums",
    "cohorts",
    "exchange",
    "itemised",
    "refresh",
    "sums",
    "sums_by_class",
    "sums_of_segment",
]
