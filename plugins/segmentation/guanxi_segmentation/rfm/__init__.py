"""RFM (最近一次消费、消费频率、消费金额): break points, scores, classes.

``cutting`` makes break points now and then, ``scoring`` scores customers by the latest ones,
``classes`` names what three scores mean, ``reading`` sums up for people.
"""

from guanxi_segmentation.rfm.classes import EIGHT, ELEVEN, SCORES
from guanxi_segmentation.rfm.cutting import cut, is_due, latest_cut
from guanxi_segmentation.rfm.reading import (
    cut_of,
    cuts,
    eight_counts,
    eight_sizes,
    heat_map,
    score_of,
    segment_counts,
    segment_sizes,
)
from guanxi_segmentation.rfm.scoring import refresh

__all__ = [
    "EIGHT",
    "ELEVEN",
    "SCORES",
    "cut",
    "cut_of",
    "cuts",
    "eight_counts",
    "eight_sizes",
    "heat_map",
    "is_due",
    "latest_cut",
    "refresh",
    "score_of",
    "segment_counts",
    "segment_sizes",
]
