"""What others are told of offers."""

from dataclasses import dataclass
from typing import ClassVar

from guanxi.sdk import Event


@dataclass(frozen=True, kw_only=True)
class ProductOffered(Event):
    """A product was offered to a customer or, with ``arm`` ``control``, held back (产品推荐)."""

    kind: ClassVar[str] = "scoring.ProductOffered"

    product: str
    arm: str
