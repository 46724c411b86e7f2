"""A person treats a class differently: the scheme gets its next version, so all can tell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi_segmentation.models import Scheme, Treatment
from guanxi_segmentation.schemes.editing import count_up, locked
from guanxi_segmentation.schemes.treatments import get_class, set_treatment, treatment_of


def treat(
    session: Session,
    key: str,
    class_key: str,
    values: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    now: datetime,
) -> tuple[Scheme, Treatment]:
    """Treat all customers of a class of the scheme ``key`` like this, see ``set_treatment``.

    :return: the scheme, in its next version if anything changed, and the treatment in force.
    :raises PreconditionFailed: somebody changed the scheme since ``expected_version`` was read.
    """
    scheme = locked(session, key, expected_version)
    member = get_class(session, scheme, class_key)
    before = treatment_of(session, member)
    made = set_treatment(session, scheme, member, values, now=now)
    if made is not before:
        count_up(session, scheme, now=now)
    return scheme, made
