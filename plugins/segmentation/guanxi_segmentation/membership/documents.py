"""A segment's definition as a document, to keep in a file or to take to another installation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi_segmentation.models import Segment


def exported(segment: Segment) -> dict[str, Any]:
    """Return the definition of a segment: key, titles, description, rule, announce."""
    raise NotImplementedError


def imported(
    session: Session, document: Mapping[str, Any], *, replace: bool = False, now: datetime
) -> Segment:
    """Make a segment of a document, or change the one of that key.

    :param replace: change the segment that has the key already.
    :raises Invalid: it is no such document.
    :raises Conflict: the key is taken and ``replace`` is not asked for.
    """
    raise NotImplementedError
