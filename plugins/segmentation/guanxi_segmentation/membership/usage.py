"""Who uses a segment: rules of other segments, and the classes of schemes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Use:
    """A segment or a class of a scheme whose rule mentions a segment."""

    kind: Literal["segment", "class"]
    key: str
    title_en: str
    title_zh: str


def uses_of(session: Session, key: str) -> Sequence[Use]:
    """Return what mentions the segment ``key``, by title."""
    raise NotImplementedError
