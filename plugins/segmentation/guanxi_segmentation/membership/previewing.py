"""How many customers a rule that is not stored would have, and a few of them; read only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Sample:
    """A customer that a rule fits."""

    customer_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would give. ``count`` is None where counting took longer than allowed."""

    count: int | None
    samples: tuple[Sample, ...] = ()
    seconds: float = 0.0


def preview(
    session: Session, document: Mapping[str, Any], *, now: datetime, seconds: float = 3.0
) -> Preview:
    """Return the count and ten samples of a rule, of the customers that the session may see.

    :param seconds: the database gives up after so long.
    :raises Invalid: the rule does not do, with the place.
    """
    raise NotImplementedError
