"""Tables of segmentation, by what they are about; all share one base."""

from guanxi_segmentation.models.base import Base
from guanxi_segmentation.models.segments import Membership, Pin, RuleVersion, Segment, State

__all__ = ["Base", "Membership", "Pin", "RuleVersion", "Segment", "State"]
