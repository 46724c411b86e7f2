"""Why a customer is in a segment, or is not: each condition with its value and verdict (原因)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation.models import Membership, Pin, Segment


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a customer stands with a segment.

    ``tree`` is ``rules.Explained``, None for a list by hand and where ``segment.problem`` says why
    the rule cannot be evaluated; ``fits`` its verdict, which a ``pin`` overrules. ``stay`` is the
    open membership: since when, and by what cause.
    """

    segment: Segment
    member: bool
    stay: Membership | None
    pin: Pin | None
    fits: bool | None
    tree: Any


def explain(session: Session, key: str, customer_id: UUID, *, now: datetime) -> Explanation:
    """Explain one customer and one segment.

    :raises NotFound: there is no such segment, or no such customer within sight.
    """
    raise NotImplementedError
