"""Tables of segmentation, by what they are about; all share one base."""

from guanxi_segmentation.models.base import Base
from guanxi_segmentation.models.rfm import RfmCut, RfmScore
from guanxi_segmentation.models.schemes import (
    ClassStay,
    KeyAccount,
    Scheme,
    SchemeClass,
    Treatment,
)
from guanxi_segmentation.models.segments import (
    Audit,
    MemberDelta,
    Membership,
    Pin,
    Rebuild,
    RuleVersion,
    Segment,
    State,
    Waiting,
)
from guanxi_segmentation.models.values import CustomerValue

__all__ = [
    "Audit",
    "Base",
    "ClassStay",
    "CustomerValue",
    "KeyAccount",
    "MemberDelta",
    "Membership",
    "Pin",
    "Rebuild",
    "RfmCut",
    "RfmScore",
    "RuleVersion",
    "Scheme",
    "SchemeClass",
    "Segment",
    "State",
    "Treatment",
    "Waiting",
]
